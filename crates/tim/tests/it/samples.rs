//! The vendor's samples, as its pages and repositories print them: requests, responses, and
//! published replies of its servers.

pub(super) const FRIEND_ADD_SHORT: &str = r#"{"From_Account":"id","AddFriendItem":[{"To_Account":"id1","AddSource":"AddSource_Type_XXXXXXXX"}]}"#;

pub(super) const FRIEND_ADD: &str = r#"{"From_Account":"id","AddFriendItem":[{"To_Account":"id1","Remark":"remark1","GroupName":"Classmates","AddSource":"AddSource_Type_XXXXXXXX","AddWording":"I'm Test1"}],"AddType":"Add_Type_Both","ForceAddFlags":1}"#;

pub(super) const FRIEND_ADD_REPLY: &str = r#"{"ResultItem":[{"To_Account":"id1","ResultCode":0,"ResultInfo":""},{"To_Account":"id2","ResultCode":30006,"ResultInfo":"Err_SNS_FriendAdd_Unpack_Profile_Data_Fail"},{"To_Account":"id3","ResultCode":30002,"ResultInfo":"Err_SNS_FriendAdd_SdkAppId_Illegal"}],"Fail_Account":["id2","id3"],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const FRIEND_IMPORT: &str = r#"{"From_Account":"id","AddFriendItem":[{"To_Account":"id1","Remark":"remark1","RemarkTime":1420000001,"GroupName":["Friends"],"AddSource":"AddSource_Type_XXXXXXXX","AddWording":"I'm Test1","AddTime":1420000001,"CustomItem":[{"Tag":"Tag_SNS_Custom_XXXX","Value":"Test"},{"Tag":"Tag_SNS_Custom_YYYY","Value":0}]}]}"#;

pub(super) const FRIEND_IMPORT_REPLY: &str = r#"{"ResultItem":[{"To_Account":"id1","ResultCode":0,"ResultInfo":""},{"To_Account":"id2","ResultCode":30010,"ResultInfo":"Err_SNS_FriendImport_My_Friend_Num_Exceed_Threshold"},{"To_Account":"id3","ResultCode":30002,"ResultInfo":"Err_SNS_FriendImport_SdkAppId_Illegal"}],"Fail_Account":["id2","id3"],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const FRIEND_UPDATE: &str = r#"{"From_Account":"id","UpdateItem":[{"To_Account":"id1","SnsItem":[{"Tag":"Tag_SNS_IM_Remark","Value":"remark1"},{"Tag":"Tag_SNS_IM_Group","Value":["group1","group2"]},{"Tag":"Tag_SNS_Custom_Test","Value":"test"}]}]}"#;

pub(super) const FRIEND_UPDATE_REPLY: &str = r#"{"ResultItem":[{"To_Account":"id1","ResultCode":0,"ResultInfo":""},{"To_Account":"id2","ResultCode":30011,"ResultInfo":"Err_SNS_FriendUpdate_Group_Num_Exceed_Threshold"},{"To_Account":"id3","ResultCode":30002,"ResultInfo":"Err_SNS_FriendImport_SdkAppId_Illegal"}],"Fail_Account":["id2","id3"],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const FRIEND_DELETE_ALL: &str =
    r#"{"From_Account":"id","DeleteType":"Delete_Type_Both"}"#;

pub(super) const FRIEND_DELETE_ALL_REPLY: &str =
    r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const FRIEND_CHECK_REPLY: &str = r#"{"InfoItem":[{"To_Account":"id1","Relation":"CheckResult_Type_BothWay","ResultCode":0,"ResultInfo":""},{"To_Account":"id2","Relation":"CheckResult_Type_AWithB","ResultCode":0,"ResultInfo":""},{"To_Account":"id3","Relation":"CheckResult_Type_BWithA","ResultCode":0,"ResultInfo":""},{"To_Account":"id4","Relation":"CheckResult_Type_NoRelation","ResultCode":0,"ResultInfo":""},{"To_Account":"id5","Relation":"CheckResult_Type_NoRelation","ResultCode":30006,"ResultInfo":"Err_SNS_FriendCheck_Check_Relation_Exec_Task_Fail"}],"Fail_Account":["id5"],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const FRIEND_GET: &str =
    r#"{"From_Account":"id","StartIndex":0,"StandardSequence":0,"CustomSequence":0}"#;

pub(super) const FRIEND_GET_REPLY: &str = r#"{"UserDataItem":[{"To_Account":"id1","ValueItem":[{"Tag":"Tag_SNS_IM_AddSource","Value":"AddSource_Type_Android"},{"Tag":"Tag_SNS_IM_Remark","Value":"Remark1"},{"Tag":"Tag_SNS_IM_Group","Value":["Group1","Group2"]},{"Tag":"Tag_SNS_IM_AddTime","Value":1563867420},{"Tag":"Tag_SNS_Custom_Test","Value":"CustomData1"}]},{"To_Account":"id2","ValueItem":[{"Tag":"Tag_SNS_IM_AddSource","Value":"AddSource_Type_IOS"},{"Tag":"Tag_SNS_IM_Group","Value":["Group1"]},{"Tag":"Tag_SNS_IM_AddTime","Value":1563867425}]}],"StandardSequence":88,"CustomSequence":46,"FriendNum":20,"CompleteFlag":1,"NextStartIndex":0,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const FRIEND_GET_LIST_REPLY: &str = r#"{"InfoItem":[{"To_Account":"UserID_3","SnsProfileItem":[{"Tag":"Tag_SNS_IM_Remark","Value":"remark_3"},{"Tag":"Tag_Profile_IM_Nick","Value":"nick_3"},{"Tag":"Tag_Profile_Custom_Test","Value":"custom_profile_3"}],"ResultCode":0,"ResultInfo":""},{"To_Account":"UserID_4","ResultCode":30001,"ResultInfo":"Err_SNS_FriendGetList_Friend_Not_Exist"}],"Fail_Account":["UserID_4"],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const BLACK_LIST_ADD: &str = r#"{"From_Account":"id","To_Account":["id1","id2","id3"]}"#;

pub(super) const BLACK_LIST_ADD_REPLY: &str = r#"{"ResultItem":[{"To_Account":"id1","ResultCode":0,"ResultInfo":""},{"To_Account":"id2","ResultCode":30001,"ResultInfo":"Err_SNS_BlackListAdd_Already_Exist"},{"To_Account":"id3","ResultCode":30002,"ResultInfo":"Err_SNS_BlackListAdd_SdkAppId_Illegal"}],"Fail_Account":["id2","id3"],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const BLACK_LIST_DELETE_REPLY: &str = r#"{"ResultItem":[{"To_Account":"id1","ResultCode":0,"ResultInfo":""},{"To_Account":"id2","ResultCode":0,"ResultInfo":""},{"To_Account":"id3","ResultCode":30006,"ResultInfo":"Err_SNS_BlackListCheck_Check_Reverse_BlackList_Fail"}],"Fail_Account":["id3"],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const BLACK_LIST_GET: &str =
    r#"{"From_Account":"id","StartIndex":0,"MaxLimited":30,"LastSequence":12}"#;

pub(super) const BLACK_LIST_GET_REPLY: &str = r#"{"BlackListItem":[{"To_Account":"id1","AddBlackTimeStamp":1430000001},{"To_Account":"id2","AddBlackTimeStamp":1430000002}],"StartIndex":0,"CurruentSequence":13,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const BLACK_LIST_CHECK_REPLY: &str = r#"{"BlackListCheckItem":[{"To_Account":"id1","Relation":"BlackCheckResult_Type_BothWay","ResultCode":0,"ResultInfo":""},{"To_Account":"id2","Relation":"BlackCheckResult_Type_AWithB","ResultCode":0,"ResultInfo":""},{"To_Account":"id3","Relation":"BlackCheckResult_Type_BWithA","ResultCode":0,"ResultInfo":""},{"To_Account":"id4","Relation":"BlackCheckResult_Type_NO","ResultCode":0,"ResultInfo":""},{"To_Account":"id5","Relation":"BlackCheckResult_Type_NO","ResultCode":30007,"ResultInfo":"Err_SNS_BlackListCheck_Check_Reverse_BlackList_Fail"}],"Fail_Account":["id5"],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const GROUP_ADD: &str = r#"{"From_Account":"id","GroupName":["group1","group2","group3"],"To_Account":["id1","id2","id3"]}"#;

pub(super) const GROUP_ADD_REPLY_WITHOUT_FRIENDS: &str =
    r#"{"CurrentSequence":2,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const GROUP_ADD_REPLY: &str = r#"{"ResultItem":[{"To_Account":"id1","ResultCode":0,"ResultInfo":""},{"To_Account":"id2","ResultCode":32216,"ResultInfo":"Err_SNS_GroupAdd_ToTinyId_Not_Friend"},{"To_Account":"id3","ResultCode":30002,"ResultInfo":"ERR_SDKAPPID_ILLEGAL"}],"Fail_Account":["id2","id3"],"CurrentSequence":3,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const GROUP_GET: &str = r#"{"From_Account":"id","NeedFriend":"Need_Friend_Type_Yes","LastSequence":1,"GroupName":["group1"]}"#;

pub(super) const GROUP_GET_REPLY: &str = r#"{"ResultItem":[{"GroupName":"group1","FriendNumber":1,"To_Account":["friend1"]}],"CurrentSequence":2,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const SEND_MESSAGE_REPLY: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"MsgTime":1572870301,"MsgKey":"89541_2574206_1572870301"}"#;

pub(super) const SEND_MESSAGE_NOT_JSON: &str = r#"{"ActionStatus":"FAIL","ErrorInfo":"Fail to Parse json data of body, Please check it","ErrorCode":90001}"#;

pub(super) const SEND_MESSAGE_NO_RECEIVER: &str =
    r#"{"ActionStatus":"FAIL","ErrorInfo":"Invalid format of To_Account","ErrorCode":90003}"#;

pub(super) const CALLBACK_BLACK_LIST_ADD: &str = r#"{"CallbackCommand":"Sns.CallbackBlackListAdd","PairList":[{"From_Account":"id","To_Account":"id1"},{"From_Account":"id","To_Account":"id2"}]}"#;

pub(super) const CALLBACK_BLACK_LIST_DELETE: &str = r#"{"CallbackCommand":"Sns.CallbackBlackListDelete","PairList":[{"From_Account":"id","To_Account":"id1"}]}"#;

pub(super) const CALLBACK_FRIEND_DELETE: &str = r#"{"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[{"From_Account":"id","To_Account":"id1"}]}"#;

pub(super) const CALLBACK_FRIEND_ADD: &str = r#"{"CallbackCommand":"Sns.CallbackFriendAdd","PairList":[{"From_Account":"id","To_Account":"id1","Initiator_Account":"id"}],"ClientCmd":"friend_add","Admin_Account":"","ForceFlag":1}"#;

pub(super) const CALLBACK_PREV_FRIEND_ADD: &str = r#"{"CallbackCommand":"Sns.CallbackPrevFriendAdd","Requester_Account":"id","From_Account":"id","FriendItem":[{"To_Account":"id1","Remark":"remark1","GroupName":"group1","AddSource":"AddSource_Type_Android","AddWording":"this is id1!"}],"AddType":"Add_Type_Both","ForceAddFlags":0,"EventTime":1631777344870}"#;

pub(super) const CALLBACK_PREV_FRIEND_RESPONSE: &str = r#"{"CallbackCommand":"Sns.CallbackPrevFriendResponse","Requester_Account":"id","From_Account":"id","ResponseFriendItem":[{"To_Account":"id1","Remark":"remark1","TagName":"group1","ResponseAction":"Response_Action_AgreeAndAdd"},{"To_Account":"id2","Remark":"remark2","TagName":"group2","ResponseAction":"Response_Action_Reject"}],"EventTime":1631777645424}"#;

pub(super) const PROFILE_NOT_DECODED: &str = r#"{"ActionStatus":"FAIL","ErrorCode":40001,"ErrorInfo":"Err_Profile_Comm_Decode_Fail","ErrorDisplay":""}"#;

pub(super) const SNS_NOT_DECODED: &str =
    r#"{"ActionStatus":"FAIL","ErrorCode":30001,"ErrorInfo":"SNS_DECODE_ERR","ErrorDisplay":""}"#;

pub(super) const BLACK_LIST_ADD_REPLY_OF_2018: &str = r#"{"ResultItem":[{"To_Account":"lisi","ResultCode":31307,"ResultInfo":"Err_SNS_BlackListAdd_Already_Exist"}],"Fail_Account":["lisi"],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#;

pub(super) const MESSAGE_BODY: &str = r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello"}}"#;

pub(super) const CALLBACK_REPLY: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;

pub(super) const FRIEND_DELETE: &str =
    r#"{"From_Account":"id","To_Account":["id1","id2","id3"],"DeleteType":"Delete_Type_Single"}"#;

pub(super) const FRIEND_DELETE_REPLY: &str = r#"{"ResultItem":[{"To_Account":"id1","ResultCode":0,"ResultInfo":""},{"To_Account":"id2","ResultCode":0,"ResultInfo":""},{"To_Account":"id3","ResultCode":0,"ResultInfo":""}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"0","ErrorDisplay":""}"#;

pub(super) const GROUP_DELETE_REPLY: &str =
    r#"{"CurrentSequence":4,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"0","ErrorDisplay":""}"#;

pub(super) const ACCOUNT_IMPORT: &str =
    r#"{"UserID":"test","Nick":"test","FaceUrl":"http://www.qq.com"}"#;

pub(super) const ACCOUNT_IMPORT_REPLY: &str =
    r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;

pub(super) const MULTIACCOUNT_IMPORT_OLD: &str =
    r#"{"Accounts":["UserID_001","UserID_002","UserID_003"]}"#;

pub(super) const MULTIACCOUNT_IMPORT: &str = r#"{"AccountList":[{"UserID":"UserID_001","Nick":"Nick_001","FaceUrl":"http://www.qq.com"},{"UserID":"UserID_002","Nick":"Nick_002","FaceUrl":"http://www.qq.com"},{"UserID":"UserID_002","Nick":"Nick_001","FaceUrl":"http://www.qq.com"}]}"#;

pub(super) const MULTIACCOUNT_IMPORT_REPLY: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","FailAccounts":["UserID_002","UserID_003"]}"#;

pub(super) const ACCOUNT_CHECK: &str =
    r#"{"CheckItem":[{"UserID":"UserID_1"},{"UserID":"UserID_2"}]}"#;

pub(super) const ACCOUNT_CHECK_REPLY: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ResultItem":[{"UserID":"UserID_1","ResultCode":0,"ResultInfo":"","AccountStatus":"Imported"},{"UserID":"UserID_2","ResultCode":0,"ResultInfo":"","AccountStatus":"NotImported"}]}"#;

pub(super) const ACCOUNT_DELETE: &str =
    r#"{"DeleteItem":[{"UserID":"UserID_1"},{"UserID":"UserID_2"}]}"#;

pub(super) const ACCOUNT_DELETE_REPLY: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ResultItem":[{"ResultCode":0,"ResultInfo":"","UserID":"UserID_1"},{"ResultCode":70107,"ResultInfo":"Err_TLS_PT_Open_Login_Account_Not_Exist","UserID":"UserID_2"}]}"#;

pub(super) const PORTRAIT_SET: &str =
    r#"{"From_Account":"id","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"MyNickName"}]}"#;

pub(super) const PORTRAIT_GET: &str =
    r#"{"To_Account":["id1","id2","id3"],"TagList":["Tag_Profile_IM_Nick"]}"#;
