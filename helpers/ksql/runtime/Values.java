import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import org.apache.kafka.streams.kstream.Windowed;

/** What formats and steps share: bytes, points in time as the numbers that are written for them, keys without windows. */
public final class Values {
  /** A key's columns, a List, whether it has a window or none. */
  public static List bare(Object key) {
    return (List) (key instanceof Windowed ? ((Windowed) key).key() : key);
  }

  public static byte[] bytes(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy;
  }

  /** Milliseconds of a TIMESTAMP, days of a DATE, milliseconds since midnight of a TIME. */
  public static long number(Object value) {
    if (value instanceof Instant) {
      return ((Instant) value).toEpochMilli();
    }
    return value instanceof LocalDate ? ((LocalDate) value).toEpochDay() : ((LocalTime) value).toNanoOfDay() / 1000000L;
  }

  public static Object temporal(long number, String base) {
    switch (base) {
      case "TIMESTAMP": return Instant.ofEpochMilli(number);
      case "DATE": return LocalDate.ofEpochDay(number);
      default: return LocalTime.ofNanoOfDay(number * 1000000L);
    }
  }
}
