import java.util.Arrays;
import org.apache.kafka.streams.kstream.ValueJoiner;

/** The row of a join: the columns of the left row, then those of the right; null for a side that is missing. */
public final class Concat implements ValueJoiner {
  private final int left;
  private final int right;
  private final boolean swapped;

  /** `swapped`: Kafka Streams has the right row first, as a RIGHT join is a LEFT one from the other side. */
  public Concat(int left, int right, boolean swapped) {
    this.left = left;
    this.right = right;
    this.swapped = swapped;
  }

  public Object apply(Object first, Object second) {
    Object[] one = (Object[]) (swapped ? second : first);
    Object[] other = (Object[]) (swapped ? first : second);
    Object[] row = one == null ? new Object[left + right] : Arrays.copyOf(one, left + right);
    if (other != null) {
      System.arraycopy(other, 0, row, left, right);
    }
    return row;
  }
}
