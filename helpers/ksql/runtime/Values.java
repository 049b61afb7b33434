import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;

/** What formats and steps share about values: bytes, and points in time as the numbers that are written for them. */
public final class Values {
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
