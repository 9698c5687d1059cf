//! The table of commands: the only place that lists them.

/// Passes the table of commands to a macro.
///
/// A row names a command, whether it is a query or an update, the last part of its path, and
/// the type of its response. If the items of a list in the request name accounts, the row has
/// the list's name in brackets. The request is the type of the command's name in
/// [`commands`](crate::commands), next to its implementation. Each block of rows is an area: the
/// middle part of their paths.
macro_rules! with_commands {
    ($define:ident) => {
        $define! {
            /// Accounts.
            Account "im_open_login_svc" {
                /// Imports an account.
                update AccountImport "account_import" -> BareResponse,
                /// Imports several accounts.
                update MultiaccountImport "multiaccount_import" ["AccountList"] -> MultiaccountImportResponse,
                /// Asks which accounts are imported.
                query AccountCheck "account_check" ["CheckItem"] -> AccountCheckResponse,
                /// Deletes accounts and everything that refers to them.
                update AccountDelete "account_delete" ["DeleteItem"] -> AccountDeleteResponse,
            }

            /// Profiles.
            Profile "profile" {
                /// Sets fields of a profile.
                update PortraitSet "portrait_set" -> BareResponse,
                /// Reads fields of profiles.
                query PortraitGet "portrait_get" -> PortraitGetResponse,
            }

            /// Friend lists, friend requests and blocklists.
            Sns "sns" {
                /// Sends friend requests, or adds friends.
                update FriendAdd "friend_add" ["AddFriendItem"] -> BatchResponse,
                /// Adds one-way friends to a friend list without their consent.
                update FriendImport "friend_import" ["AddFriendItem"] -> BatchResponse,
                /// Changes the fields that a user keeps about friends.
                update FriendUpdate "friend_update" ["UpdateItem"] -> BatchResponse,
                /// Ends friendships.
                update FriendDelete "friend_delete" -> BatchResponse,
                /// Empties a friend list.
                update FriendDeleteAll "friend_delete_all" -> BareResponse,
                /// Asks who lists whom as a friend.
                query FriendCheck "friend_check" -> FriendCheckResponse,
                /// Reads a page of a friend list.
                query FriendGet "friend_get" -> FriendGetResponse,
                /// Reads chosen fields of chosen friends.
                query FriendGetList "friend_get_list" -> FriendGetListResponse,
                /// Answers friend requests.
                update FriendResponse "friend_response" ["ResponseFriendItem"] -> BatchResponse,
                /// Adds accounts to a blocklist.
                update BlackListAdd "black_list_add" -> BatchResponse,
                /// Removes accounts from a blocklist.
                update BlackListDelete "black_list_delete" -> BatchResponse,
                /// Reads a page of a blocklist.
                query BlackListGet "black_list_get" -> BlackListGetResponse,
                /// Asks who blocks whom.
                query BlackListCheck "black_list_check" -> BlackListCheckResponse,
                /// Creates groups of friends and adds friends to them.
                update GroupAdd "group_add" -> GroupAddResponse,
                /// Deletes groups of friends.
                update GroupDelete "group_delete" -> GroupDeleteResponse,
                /// Reads groups of friends.
                query GroupGet "group_get" -> GroupGetResponse,
            }

            /// Messages.
            Message "openim" {
                /// Asks whether a message may be sent.
                query SendMessage "sendmsg" -> SendMessageResponse,
            }
        }
    };
}
pub(crate) use with_commands;
