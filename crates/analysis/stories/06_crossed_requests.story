# Ann asks ben, and ben asks ann.
ann takes friend requests from anyone, on confirmation
ben takes friend requests from anyone, on confirmation
ann sends ben a friend request
ben sends ann a friend request
now: ann and ben?
