# Ben asks ann. She blocks and unblocks him, and then asks him herself.
ann takes friend requests from anyone, on confirmation
ben takes friend requests from anyone, on confirmation
ben sends ann a friend request
ann blocks ben
ann unblocks ben
ann sends ben a friend request
now: ann and ben?
