# Ann blocks ben. He writes to her. What does he see?
ann blocks ben
may ben message ann?
