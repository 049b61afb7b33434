import java.util.List;

/** COLLECT_SET: the different values in the order in which they first came. */
public final class CollectSet extends CollectList {
  protected boolean takes(List collected, Object value) {
    return !collected.contains(value);
  }
}
