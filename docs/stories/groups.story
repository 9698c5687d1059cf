# Ann blocks ben. May either invite the other to a group?
ann blocks ben
may ben invite ann to a group?
may ann invite ben to a group?
