import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
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

  public static String format(Instant instant, String pattern, String zone) {
    return formatter(pattern).withZone(ZoneId.of(zone)).format(instant);
  }

  public static String format(TemporalAccessor value, String pattern) {
    return formatter(pattern).format(value);
  }

  /** The instant a text means by a pattern; what the pattern lacks is the start of 1970. */
  public static Instant parse(String text, String pattern, String zone) {
    TemporalAccessor parsed = formatter(pattern).parse(text);
    LocalDate date = (LocalDate) parsed.query(TemporalQueries.localDate());
    LocalTime time = (LocalTime) parsed.query(TemporalQueries.localTime());
    ZoneId given = (ZoneId) parsed.query(TemporalQueries.zone());
    LocalDateTime local = LocalDateTime.of(
        date == null ? day(parsed) : date, time == null ? LocalTime.MIDNIGHT : time);
    return local.atZone(given == null ? ZoneId.of(zone) : given).toInstant();
  }

  public static LocalDate parseDate(String text, String pattern) {
    return LocalDate.from(formatter(pattern).parse(text));
  }

  public static LocalTime parseTime(String text, String pattern) {
    return LocalTime.from(formatter(pattern).parse(text));
  }

  /** An exception when it is no pattern. */
  public static void check(String pattern) {
    formatter(pattern);
  }

  private static LocalDate day(TemporalAccessor parsed) {
    return LocalDate.of(field(parsed, ChronoField.YEAR, 1970), field(parsed, ChronoField.MONTH_OF_YEAR, 1), field(parsed, ChronoField.DAY_OF_MONTH, 1));
  }

  private static int field(TemporalAccessor parsed, ChronoField field, int otherwise) {
    return parsed.isSupported(field) ? parsed.get(field) : otherwise;
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
