import java.util.ArrayList;
import java.util.List;

/** Parts of an expression that have failed and are null, as in ksqlDB: elements, fields, arguments of functions, casts. */
public final class Nested {
  private static final ThreadLocal FAILED = new ThreadLocal();

  /** Note a failure of this thread's expression; null, which stands for the part. */
  public static Object failed(String part, Exception error) {
    List failures = (List) FAILED.get();
    if (failures == null) {
      failures = new ArrayList();
      FAILED.set(failures);
    }
    failures.add(new Object[] {part, error});
    return null;
  }

  /** Write what was noted into a log. */
  public static void tell(ProcessingLog log, String name, Object[] row) {
    List failures = (List) FAILED.get();
    if (failures == null) {
      return;
    }
    FAILED.remove();
    for (Object each : failures) {
      log.add(name + ", " + ((Object[]) each)[0], (Exception) ((Object[]) each)[1], row);
    }
  }
}
