import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** What went wrong with records: counted, the latest kept, and each handed to a listener when there is one. */
public final class ProcessingLog {
  private static final int KEPT = 1000;
  private final String query;
  private final Consumer listener;
  private final Deque latest = new ArrayDeque();
  private long count;

  /** The listener gets each entry: {query, step, message, row}; it may be null. */
  public ProcessingLog(String query, Consumer listener) {
    this.query = query;
    this.listener = listener;
  }

  public void add(String step, Throwable error, Object row) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    add(step, cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), row);
  }

  public void add(String step, String message, Object row) {
    String shown = row instanceof Object[] ? Arrays.toString((Object[]) row) : String.valueOf(row);
    String[] entry = new String[] {query, step, message, shown};
    synchronized (latest) {
      count++;
      latest.addLast(entry);
      if (latest.size() > KEPT) {
        latest.removeFirst();
      }
    }
    if (listener != null) {
      listener.accept(entry);
    }
  }

  public long count() {
    return count;
  }

  public List latest() {
    synchronized (latest) {
      return new ArrayList(latest);
    }
  }
}
