# Ben asks ann. She blocks him, and unblocks him later. Is his request still there?
ann takes friend requests from anyone, on confirmation
ben sends ann a friend request
ann blocks ben
ann unblocks ben
now: ann and ben?
