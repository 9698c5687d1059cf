# Ann and ben list each other, and nobody blocks. Ann unblocks ben.
ann adds ben as a two-way friend
may ann unblock ben?
ann unblocks ben
now: ann and ben?
