//! Closed classes of English words that no data file should have to carry.

/// Words that hold a sentence together. They never count as unexplained.
pub(crate) const STOP: &[&str] = &[
    "a", "an", "the", "i", "im", "id", "ive", "me", "my", "mine", "we", "us", "our", "you", "your", "he", "she", "it", "its",
    "her", "his", "him", "they", "them", "their", "this", "that", "these", "those", "is", "are", "am", "be", "been", "was",
    "do", "does", "did", "have", "has", "had", "can", "could", "would", "should", "will", "may", "might", "must", "shall",
    "to", "of", "in", "on", "at", "by", "for", "from", "with", "about", "as", "into", "onto", "up", "out", "off", "over",
    "and", "or", "but", "if", "so", "then", "than", "not", "no", "any", "some", "all", "each", "every", "both", "either",
    "want", "wants", "wanted", "need", "needs", "needed", "looking", "look", "seeking", "seek", "find", "finding", "search",
    "searching", "get", "getting", "give", "giving", "take", "taking", "hire", "hiring", "show", "like", "love", "wanna",
    "please", "pls", "plz", "thanks", "hi", "hello", "hey", "where", "what", "who", "when", "which", "how", "why", "there",
    "here", "someone", "somebody", "anyone", "anybody", "something", "anything", "one", "ones", "person", "people", "thing",
    "near", "around", "nearby", "close", "within", "available", "availability", "free", "open", "now", "asap", "soon",
    "today", "good", "great", "best", "better", "top", "nice", "excellent", "amazing", "experienced", "professional",
    "certified", "qualified", "friendly", "patient", "fun", "native", "private", "local", "rated", "recommended", "new",
    "start", "started", "starting", "begin", "beginning", "just", "really", "very", "also", "too", "only", "still", "again",
    "help", "helping", "able", "know", "trying", "try", "going", "go", "let", "lets", "using", "use", "via", "through",
    "per", "hour", "hourly", "hr", "price", "prices", "cost", "costs", "rate", "rates", "fee", "option", "options", "much",
    "many", "more", "most", "less", "least", "well", "s", "t", "m", "re", "ll", "ve", "etc", "con", "clases", "de", "en", "la", "el",
    "plus", "session", "sessions", "time", "times", "day", "days", "week", "weeks", "teach", "teaches", "teaching", "learn",
    "learning", "take", "improve", "book", "booking", "because", "since", "while", "after", "before", "until", "till", "ready",
    "interested", "old", "year", "years", "home", "place", "area", "city", "own", "self", "dont", "kind", "type", "style", "work",
    "works", "working", "live", "lives", "make", "makes", "made", "making", "basic", "basics", "skills", "skill", "level",
    "whos", "whats", "hows", "theres", "instead", "rather", "except", "without", "other", "else", "another", "different",
    "first", "next", "last", "same", "such", "yes", "ok", "okay", "maybe", "perhaps", "possible", "possibly", "prefer",
    "preferably", "ideally", "somewhere", "anywhere", "anytime", "sometime", "whenever", "flexible", "schedule",
];

/// Words that, right behind a service, mean a thing or a trade instead of lessons.
pub(crate) const OTHER_TRADE: &[&str] = &[
    "repair", "repairs", "repairman", "tuning", "tuner", "rental", "rentals", "store", "stores", "shop", "shops", "mover",
    "movers", "moving", "ticket", "tickets", "delivery", "removal", "installation", "cleaner", "sale", "concert", "concerts",
    "equipment", "supplies", "restaurant", "restaurants", "walker", "walkers", "sitter", "sitting", "groomer", "grooming",
    "adoption", "wholesale", "manufacturer", "insurance", "refund", "rent", "mechanic", "plumber", "electrician", "lawyer",
    "attorney", "dentist", "doctor", "nanny", "babysitter", "cleaners", "driver", "taxi", "locksmith", "contractor", "caterer",
    "catering", "dealer", "player", "salon",
];

/// Words that make a query a sentence about what somebody wants to do, rather than the name of something.
pub(crate) const SENTENCE: &[&str] = &[
    "i", "im", "my", "me", "myself", "how", "what", "make", "making", "do", "can", "own", "better", "become", "without", "get", "into",
    "from", "like", "use", "using", "their", "her", "his", "our", "am", "dont", "cant",
];

/// Words of dates, times and people that are worth correcting when misspelt.
pub(crate) const SLOT_WORDS: &[&str] = &[
    "today", "tomorrow", "tonight", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mondays",
    "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays", "weekend", "weekends", "weekday", "weekdays",
    "morning", "mornings", "afternoon", "afternoons", "evening", "evenings", "night", "lunchtime", "january", "february",
    "march", "april", "june", "july", "august", "september", "october", "november", "december", "beginner", "beginners",
    "intermediate", "advanced", "online", "virtual", "remote", "person", "children", "toddler", "toddlers", "teenager", "teenagers",
    "adults", "seniors", "minutes", "between", "under", "cheap", "affordable", "dollars", "college", "school",
];

/// Places people name that we do not serve. Naming one must be answered, not ignored.
pub(crate) const ELSEWHERE: &[&str] = &[
    "new jersey", "jersey city", "hoboken", "newark", "long island", "westchester", "yonkers", "white plains", "connecticut",
    "stamford", "nassau county", "suffolk county", "the hamptons", "hamptons", "princeton", "boston", "philadelphia", "chicago",
    "los angeles", "san francisco", "miami", "houston", "dallas", "austin texas", "seattle", "washington dc", "atlanta", "denver",
    "las vegas", "california", "texas", "florida", "pennsylvania", "massachusetts", "london", "paris", "berlin", "tokyo",
    "toronto", "montreal", "madrid", "rome", "mexico city", "new rochelle", "mount vernon", "fort lee", "buffalo", "albany",
];

/// Names of the whole city: they ask for nothing we do not already promise.
pub(crate) const WHOLE_CITY: &[&str] =
    &["new york city", "new york", "nyc", "ny", "the five boroughs", "five boroughs", "any borough", "new york ny"];

/// Words that speak of children; the services of the category for children answer only then.
pub(crate) const CHILDREN: &[&str] = &[
    "kid", "kids", "child", "children", "childrens", "childs", "toddler", "toddlers", "baby", "babies", "infant", "infants",
    "preschooler", "preschoolers", "youth", "son", "sons", "daughter", "daughters", "boy", "boys", "girl", "girls",
];
