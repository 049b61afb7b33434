import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Points in time and their texts, in Java's own patterns. A zone is UTC unless one is given. */
public final class Times {
  private static final Map FORMATTERS = Collections.synchronizedMap(new HashMap());
  private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
  private static final Pattern PARTIAL = Pattern.compile(
      "(\\d{4})(?:-(\\d{1,2})(?:-(\\d{1,2}))?)?"
          + "(?:T(?:(\\d{2})(?::?(\\d{2})(?::?(\\d{2})(?:\\.(\\d{1,9}))?)?)?)?(Z|[A-Za-z/_]+|[+-]\\d{2}:?(?:\\d{2})?)?)?");

  public static String iso(Instant instant) {
    return ISO.format(instant);
  }

  /** A timestamp of which everything after the year may be missing: 2018, 2018-06, 2018-06-01T12:30+0200, ... */
  public static Instant partial(String text) {
    Matcher match = PARTIAL.matcher(text.trim());
    if (!match.matches()) {
      throw new IllegalArgumentException("no timestamp like 2018-06-01T12:30:00.000Z: " + text);
    }
    LocalDateTime local = LocalDateTime.of(
        number(match.group(1), 0), number(match.group(2), 1), number(match.group(3), 1),
        number(match.group(4), 0), number(match.group(5), 0), number(match.group(6), 0),
        match.group(7) == null ? 0 : Integer.parseInt((match.group(7) + "00000000").substring(0, 9)));
    return local.atZone(match.group(8) == null ? ZoneOffset.UTC : ZoneId.of(match.group(8))).toInstant();
  }

  /** A date of which everything after the year may be missing. */
  public static LocalDate partialDate(String text) {
    String date = text.trim();
    int parts = date.split("-").length;
    return LocalDate.parse(parts == 1 ? date + "-01-01" : parts == 2 ? date + "-01" : date);
  }

  public static String format(Instant instant, String pattern, String zone) {
    return formatter(pattern).withZone(ZoneId.of(zone)).format(instant);
  }

  public static String format(TemporalAccessor value, String pattern) {
    return formatter(pattern).format(value);
  }

  /** The instant a text means by a pattern; what the pattern lacks is the start of 1970. */
  public static Instant parse(String text, String pattern, String zone) {
    TemporalAccessor parsed = formatter(pattern).parse(text);
    ZoneId given = (ZoneId) parsed.query(TemporalQueries.zone());
    ZonedDateTime found = LocalDate.EPOCH.atStartOfDay(given == null ? ZoneId.of(zone) : given);
    for (ChronoField field : ChronoField.values()) {
      if (parsed.isSupported(field)) {
        boolean leapDay = field == ChronoField.DAY_OF_YEAR && parsed.getLong(field) == 366;
        found = (leapDay ? found.withYear(parsed.get(ChronoField.YEAR)) : found).with(field, parsed.getLong(field));
      }
    }
    return found.toInstant();
  }

  /** An exception when the text says a time of the day, too. */
  public static LocalDate parseDate(String text, String pattern) {
    TemporalAccessor parsed = formatter(pattern).parse(text);
    for (ChronoField field : ChronoField.values()) {
      refuse(field.isTimeBased() && parsed.isSupported(field), field);
    }
    return LocalDate.from(parsed);
  }

  /** An exception when the text says a day, too. */
  public static LocalTime parseTime(String text, String pattern) {
    TemporalAccessor parsed = formatter(pattern).parse(text);
    for (ChronoField field : ChronoField.values()) {
      refuse(field.isDateBased() && field != ChronoField.ERA && parsed.isSupported(field), field);
    }
    return LocalTime.from(parsed);
  }

  /** An exception when it is no pattern. */
  public static void check(String pattern) {
    formatter(pattern);
  }

  private static void refuse(boolean contains, ChronoField field) {
    if (contains) {
      throw new IllegalArgumentException("the pattern contains " + field);
    }
  }

  private static int number(String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  private static DateTimeFormatter formatter(String pattern) {
    DateTimeFormatter formatter = (DateTimeFormatter) FORMATTERS.get(pattern);
    if (formatter == null) {
      formatter = new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(pattern)
          .parseDefaulting(ChronoField.ERA, 1L).toFormatter();
      if (FORMATTERS.size() < 1000) {
        FORMATTERS.put(pattern, formatter);
      }
    }
    return formatter;
  }
}
