# Ann and ben list each other. She blocks and unblocks him. What is left?
ann adds ben as a two-way friend
ann blocks ben
ann unblocks ben
now: ann and ben?
