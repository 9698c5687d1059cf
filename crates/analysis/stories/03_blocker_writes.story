# Ann blocks ben. May she still write to him?
ann blocks ben
may ann message ben?
