# Ann asks ben, and blocks him while the request waits. May ben accept it?
ben takes friend requests from anyone, on confirmation
ann sends ben a friend request
ann blocks ben
may ben accept a friend request from ann?
ben accepts a friend request from ann
now: ann and ben?
