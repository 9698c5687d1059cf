//! Times as networks have them: seconds since 1970, or ISO 8601.

/// Reads a time, as seconds since 1970. Without an offset it is UTC.
pub(crate) fn seconds(text: &str) -> Option<f64> {
    if let Ok(seconds) = text.parse::<f64>() {
        return seconds.is_finite().then_some(seconds);
    }

    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let day = days(date)?;
    let second = time.map_or(Some(0.0), second_of_day)?;
    Some(f64::from(day) * 86_400.0 + second)
}

/// Reads a date, as days since 1970.
fn days(date: &str) -> Option<i32> {
    let (year, month_and_day) = date.split_once('-')?;
    let (month, day) = month_and_day.split_once('-')?;
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);

    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if is_leap { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month.checked_sub(1)?).ok()?;
    if !(1..=*lengths.get(before)?).contains(&day) {
        return None;
    }

    // Leap days before the year, less those before 1970.
    let leaps = |year: i32| year / 4 - year / 100 + year / 400;
    let leap_days = leaps(year - 1) - leaps(1969);
    let months: i32 = lengths.iter().take(before).sum();
    Some((year - 1970) * 365 + leap_days + months + day - 1)
}

/// Reads a time of day with its offset, as seconds.
fn second_of_day(time: &str) -> Option<f64> {
    let (time, offset) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => time.split_at_checked(at)?,
        None => (time, ""),
    };

    let mut parts = time.split(':');
    let hour = number(parts.next()?, 2).filter(|hour| *hour <= 24)?;
    let minute = number(parts.next()?, 2).filter(|minute| *minute <= 59)?;
    // 60 is a leap second.
    let second = match parts.next() {
        None => 0.0,
        Some(text) if text.starts_with(|first: char| first.is_ascii_digit()) => {
            text.parse().ok().filter(|second| *second < 61.0)?
        }
        Some(_) => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    Some(f64::from((hour * 60 + minute) * 60) + second - f64::from(offset_minutes(offset)? * 60))
}

/// Reads `Z`, `+02:00`, `+0200` or `+02`, as minutes.
fn offset_minutes(offset: &str) -> Option<i32> {
    let sign = match offset.chars().next() {
        None | Some('Z' | 'z') => return (offset.len() < 2).then_some(0),
        Some('-') => -1,
        Some(_) => 1,
    };
    let digits = offset.get(1..)?.replace(':', "");
    let minutes = match digits.len() {
        2 => number(&digits, 2)? * 60,
        4 => number(digits.get(..2)?, 2)? * 60 + number(digits.get(2..)?, 2)?,
        _ => return None,
    };
    Some(sign * minutes)
}

/// Reads a number of so many digits.
fn number(text: &str, digits: usize) -> Option<i32> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::seconds;

    /// The expected numbers are those of GNU date.
    #[test]
    fn epoch_and_iso_times_are_read_as_seconds() {
        for (text, expected) in [
            ("1289241911.72836", 1_289_241_911.728_36),
            ("-1", -1.0),
            ("1970-01-01", 0.0),
            ("2013-12-31 16:39:58", 1_388_507_998.0),
            ("2016-02-29T00:00:00Z", 1_456_704_000.0),
            ("2010-11-08T20:45:11.5+02:00", 1_289_241_911.5),
            ("2010-11-08T20:45+0200", 1_289_241_900.0),
            ("2010-11-08T16:45:11-02", 1_289_241_911.0),
            ("1969-12-31T23:59:59z", -1.0),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "soon",
            "inf",
            "nan",
            "2010-13-01",
            "2010-00-01",
            "2011-02-29",
            "2010-1-1",
            "2010-01-01T",
            "2010-01-01T25:00",
            "2010-01-01T10:60",
            "2010-01-01T10",
            "2010-01-01T10:00:61",
            "2010-01-01T10:00:-1",
            "2010-01-01T10:00:00:00",
            "2010-01-01T10:00Zulu",
            "2010-01-01T10:00+2",
            "2010-01-01T10:00:inf",
            "1900-02-29",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
