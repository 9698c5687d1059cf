# Each blocks the other, and ann lifts hers.
ann blocks ben
ben blocks ann
may ann message ben?
may ben message ann?
ann unblocks ben
may ann message ben?
may ben message ann?
