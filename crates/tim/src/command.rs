//! The commands: which paths there are, and what each is called.

use std::fmt;

/// A service of the REST API: the middle part of a command's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// `im_open_login_svc`: accounts.
    Account,
    /// `profile`: profiles.
    Profile,
    /// `sns`: friend lists, friend requests and blocklists.
    Sns,
    /// `openim`: messages.
    Message,
}

impl Area {
    /// Returns its name in a path.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "im_open_login_svc",
            Self::Profile => "profile",
            Self::Sns => "sns",
            Self::Message => "openim",
        }
    }
}

/// Makes the enum of commands from one table, so that none is in one place and not in another.
macro_rules! commands {
    ($($(#[$doc:meta])* $command:ident = $area:ident $name:literal $kind:ident,)*) => {
        /// A command of the REST API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Command {
            $($(#[$doc])* $command,)*
        }

        impl Command {
            /// Every command.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$command),*];

            /// Returns the service that it is of.
            #[must_use]
            pub const fn area(self) -> Area {
                match self { $(Self::$command => Area::$area),* }
            }

            /// Returns its name, the last part of its path.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$command => $name),* }
            }

            /// Returns its path.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(Self::$command => path!($area $name)),* }
            }

            /// Returns whether it may change something.
            #[must_use]
            pub const fn is_update(self) -> bool {
                match self { $(Self::$command => is_update!($kind)),* }
            }

            /// Returns its name as texts to codes spell it.
            pub(super) const fn camel_case(self) -> &'static str {
                match self { $(Self::$command => stringify!($command)),* }
            }
        }
    };
}

macro_rules! path {
    (Account $name:literal) => {
        concat!("/v4/im_open_login_svc/", $name)
    };
    (Profile $name:literal) => {
        concat!("/v4/profile/", $name)
    };
    (Sns $name:literal) => {
        concat!("/v4/sns/", $name)
    };
    (Message $name:literal) => {
        concat!("/v4/openim/", $name)
    };
}

macro_rules! is_update {
    (update) => {
        true
    };
    (query) => {
        false
    };
}

commands! {
    /// Makes an account known.
    AccountImport = Account "account_import" update,
    /// Makes accounts known.
    MultiaccountImport = Account "multiaccount_import" update,
    /// Asks which accounts are known.
    AccountCheck = Account "account_check" query,
    /// Removes accounts with everything that touches them.
    AccountDelete = Account "account_delete" update,
    /// Sets fields of a profile.
    PortraitSet = Profile "portrait_set" update,
    /// Asks for fields of profiles.
    PortraitGet = Profile "portrait_get" query,
    /// Asks accounts for friendship, or makes friends.
    FriendAdd = Sns "friend_add" update,
    /// Puts one-way friends on a friend list, unasked.
    FriendImport = Sns "friend_import" update,
    /// Changes what a user noted of friends.
    FriendUpdate = Sns "friend_update" update,
    /// Ends friendships.
    FriendDelete = Sns "friend_delete" update,
    /// Empties a friend list.
    FriendDeleteAll = Sns "friend_delete_all" update,
    /// Asks who lists whom.
    FriendCheck = Sns "friend_check" query,
    /// Asks for a page of a friend list.
    FriendGet = Sns "friend_get" query,
    /// Asks for chosen fields of chosen friends.
    FriendGetList = Sns "friend_get_list" query,
    /// Answers friend requests.
    FriendResponse = Sns "friend_response" update,
    /// Puts accounts on a blocklist.
    BlackListAdd = Sns "black_list_add" update,
    /// Takes accounts off a blocklist.
    BlackListDelete = Sns "black_list_delete" update,
    /// Asks for a page of a blocklist.
    BlackListGet = Sns "black_list_get" query,
    /// Asks who blocks whom.
    BlackListCheck = Sns "black_list_check" query,
    /// Makes friend lists by name.
    GroupAdd = Sns "group_add" update,
    /// Removes friend lists.
    GroupDelete = Sns "group_delete" update,
    /// Asks for friend lists.
    GroupGet = Sns "group_get" query,
    /// Asks to send a message.
    SendMessage = Message "sendmsg" query,
}

impl Command {
    /// Returns the command of a path, which is compared as it is.
    ///
    /// ```
    /// use socialgraph_tim::Command;
    ///
    /// assert_eq!(Command::from_path("/v4/sns/friend_add"), Some(Command::FriendAdd));
    /// assert_eq!(Command::from_path("/v4/sns/Friend_Add"), None);
    /// ```
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.path() == path)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
