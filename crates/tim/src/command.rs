//! The commands and their paths.

use std::fmt;

use crate::command_table::with_commands;

/// Defines [`Area`] and [`Command`] from the table of commands.
macro_rules! define_commands {
    ($(
        $(#[$area_doc:meta])* $area:ident $segment:literal {
            $($(#[$doc:meta])* $(query $query:ident)? $(update $update:ident)? $name:literal $([$items:literal])? -> $response:ident,)*
        }
    )*) => {
        /// A service of the REST API: the middle part of a command's path.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Area {
            $($(#[$area_doc])* $area,)*
        }

        impl Area {
            /// Returns the part of a path that names the area.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$area => $segment,)* }
            }
        }

        /// A command of the REST API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Command {
            $($($(#[$doc])* $($query)? $($update)?,)*)*
        }

        impl Command {
            /// Every command.
            pub const ALL: [Self; [$($($name),*),*].len()] =
                [$($(Self::$($query)? $($update)?),*),*];

            /// Returns the command's area.
            #[must_use]
            pub const fn area(self) -> Area {
                match self { $($(Self::$($query)? $($update)? => Area::$area,)*)* }
            }

            /// Returns the command's name: the last part of its path.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$($query)? $($update)? => $name,)*)* }
            }

            /// Returns the command's path.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $($(Self::$($query)? $($update)? => concat!("/v4/", $segment, "/", $name),)*)*
                }
            }

            /// Returns whether the command may change something.
            #[must_use]
            pub const fn is_update(self) -> bool {
                match self { $($($(Self::$query => false,)? $(Self::$update => true,)?)*)* }
            }

            /// The lists in requests whose items name accounts. Commands may share a list.
            pub(crate) const ITEM_LISTS: &[&str] = &[$($($($items,)?)*)*];

            /// Returns the command's name as the texts to codes spell it.
            pub(crate) const fn camel_case(self) -> &'static str {
                match self {
                    $($($(Self::$query => stringify!($query),)? $(Self::$update => stringify!($update),)?)*)*
                }
            }
        }
    };
}
with_commands!(define_commands);

impl Area {
    /// Returns the area's name as the texts to codes spell it.
    pub(crate) const fn family(self) -> &'static str {
        match self {
            Self::Profile => "Profile",
            _ => "SNS",
        }
    }
}

impl Command {
    /// Returns the command of a path. Case matters.
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
