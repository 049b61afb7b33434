import java.util.List;

/** COLLECT_SET: the different values in the order in which they first came. */
public final class CollectSet extends CollectList {
  public CollectSet(String limit) {
    super(limit);
  }

  protected boolean takes(List collected, Object value) {
    return !collected.contains(value);
  }
}
