import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the text functions do, on BYTES: each byte is a letter. */
public final class Bytes {
  public static final ByteBuffer NONE = ByteBuffer.allocate(0);

  public static ByteBuffer substring(ByteBuffer bytes, int position, int length) {
    return bytes(Text.substring(letters(bytes), position, length));
  }

  public static ByteBuffer concat(List parts, ByteBuffer between) {
    return bytes(Text.concat(all(parts), letters(between)));
  }

  public static List split(ByteBuffer bytes, ByteBuffer delimiter) {
    List parts = new ArrayList();
    for (Object part : Text.split(letters(bytes), letters(delimiter))) {
      parts.add(bytes((String) part));
    }
    return parts;
  }

  private static List all(List parts) {
    List texts = new ArrayList(parts.size());
    for (Object part : parts) {
      texts.add(part == null ? null : letters((ByteBuffer) part));
    }
    return texts;
  }

  private static String letters(ByteBuffer bytes) {
    return new String(Values.bytes(bytes), StandardCharsets.ISO_8859_1);
  }

  private static ByteBuffer bytes(String letters) {
    return ByteBuffer.wrap(letters.getBytes(StandardCharsets.ISO_8859_1));
  }
}
