import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.kstream.Window;
import org.apache.kafka.streams.kstream.Windowed;

/**
 * The flat row of a source: the key's columns, the others as declared, ROWTIME, ROWPARTITION, ROWOFFSET, and of a
 * windowed source the window's bounds.
 */
public final class Layout {
  public static final int HEADERS = -1;
  private final int keys;
  private final int[] columns;     // for each that is no key: its place in the value, or HEADERS
  private final String[] headers;  // for each: the header it takes, null for all of them
  public final boolean windowed;

  public Layout(int keys, int[] columns, String[] headers, boolean windowed) {
    this.keys = keys;
    this.columns = columns;
    this.headers = headers;
    this.windowed = windowed;
  }

  public int size() {
    return keys + columns.length + (windowed ? 5 : 3);
  }

  public Object[] row(Object key, Object[] value, long time, int partition, long offset, Headers sent) {
    Object[] row = new Object[size()];
    List bare = Values.bare(key);
    for (int i = 0; i < keys && bare != null; i++) {
      row[i] = bare.get(i);
    }
    for (int i = 0; i < columns.length; i++) {
      row[keys + i] = columns[i] == HEADERS ? header(sent, headers[i]) : value == null ? null : value[columns[i]];
    }
    int next = keys + columns.length;
    row[next++] = Long.valueOf(time);
    row[next++] = Integer.valueOf(partition);
    row[next++] = Long.valueOf(offset);
    if (key instanceof Windowed) {
      Window window = ((Windowed) key).window();
      row[next++] = Long.valueOf(window.start());
      row[next] = Long.valueOf(window.end());
    }
    return row;
  }

  private static Object header(Headers sent, String name) {
    if (name != null) {
      Header last = sent.lastHeader(name);
      return last == null ? null : buffer(last);
    }
    List all = new ArrayList();
    for (Object each : sent) {
      Header header = (Header) each;
      all.add(Struct.of(new Object[] {"KEY", header.key(), "VALUE", buffer(header)}));
    }
    return all;
  }

  private static ByteBuffer buffer(Header header) {
    return header.value() == null ? null : ByteBuffer.wrap(header.value());
  }
}
