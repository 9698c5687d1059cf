# Ann blocks ben, and he writes. She unblocks him. Does she see what he wrote?
ann blocks ben
may ben message ann?
ann unblocks ben
may ben message ann?
