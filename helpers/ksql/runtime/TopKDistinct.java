import java.util.List;

/** TOPKDISTINCT: the k greatest different values. */
public final class TopKDistinct extends TopK {
  protected boolean leavesOut(List top, Object element) {
    return top.contains(element);
  }
}
