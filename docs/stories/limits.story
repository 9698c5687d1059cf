# A blocklist has room for two.
ann blocks ben
ann blocks cyd
ann blocks dan
ann unblocks ben
ann blocks dan
