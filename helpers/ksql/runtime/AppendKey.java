import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.kstream.ValueMapperWithKey;

/** Appends the key to a row: the ROWKEY that a join makes up when no column of its sources always holds the key. */
public final class AppendKey implements ValueMapperWithKey {
  public Object apply(Object key, Object row) {
    if (row == null) {
      return null;
    }
    Object[] columns = (Object[]) row;
    Object[] longer = Arrays.copyOf(columns, columns.length + 1);
    List bare = Values.bare(key);
    longer[columns.length] = bare == null ? null : bare.get(0);
    return longer;
  }
}
