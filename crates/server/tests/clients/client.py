"""Calls of a client of the vendor's API, against the server at an address."""

import sys

from tencentcloud_im import tcim_client as im

URL, SECRET = sys.argv[1:]
client = im.TCIMClient(1400000000, SECRET, "administrator", tencent_url=URL)
done = 0


def check(what, response, **expected):
    """Fails unless a response has the fields."""
    global done
    assert response is not None, f"{what}: no response"
    reply = response.json()
    for field, value in {"ErrorCode": 0, **expected}.items():
        assert reply.get(field) == value, f"{what}: {field} is not {value!r} in {reply}"
    done += 1
    return reply


check("account_import", client.add_single_user("ann", "Ann", "https://example.com/ann.png"))
check("multiaccount_import", client.batch_add_users(["ben", "cyd", "dan"]), FailAccounts=[])
reply = check("account_check", client.search_user(["ann", "nobody"]))
assert [it["AccountStatus"] for it in reply["ResultItem"]] == ["Imported", "NotImported"], reply

friends = [im.FriendObj("ben", "Web", "Benny", "school"), im.FriendObj("cyd", "Web")]
reply = check("friend_add", client.add_friend("ann", friends))
assert [it["ResultCode"] for it in reply["ResultItem"]] == [0, 0], reply
reply = check("friend_add again", client.add_friend("ann", friends))
assert [it["ResultCode"] for it in reply["ResultItem"]] == [30001, 30001], reply

reply = check("friend_get", client.get_friends("ann"), FriendNum=2)
assert [it["To_Account"] for it in reply["UserDataItem"]] == ["ben", "cyd"], reply
remark = im.SnsItemObj("Tag_SNS_IM_Remark", "Old Ben")
check("friend_update", client.update_friend("ann", [im.UpdateFriendObj("ben", [remark])]))
reply = check(
    "friend_get_list", client.get_target_friends("ann", ["ben"], ["Tag_SNS_IM_Remark"])
)
assert reply["InfoItem"][0]["SnsProfileItem"][0]["Value"] == "Old Ben", reply

check("group_add", client.add_sns_group("ann", ["work"], ["cyd"]))
reply = check("group_get", client.get_sns_group("ann"))
groups = {it["GroupName"]: it["To_Account"] for it in reply["ResultItem"]}
assert groups == {"school": ["ben"], "work": ["cyd"]}, reply
check("group_delete", client.delete_sns_group("ann", ["work"]))

message = im.MessageObj("ann", "ben", [im.MessageText("hello")])
reply = check("sendmsg", client.send_message(message))
assert reply["MsgKey"], reply
check("friend_delete", client.delete_friends("ann", ["ben"]))
check("friend_get at the end", client.get_friends("ann"), FriendNum=1)
reply = check("account_delete", client.del_user(["dan"]))
assert reply["ResultItem"][0]["ResultCode"] == 0, reply

print(f"{done} calls over TLS, each answered as the client expects")
