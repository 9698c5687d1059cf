# Ann blocks ben. May she ask him?
ben takes friend requests from anyone, on confirmation
ann blocks ben
may ann send ben a friend request?
