import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What our own jars can reach: every class that a constant pool names, and so on. ActiveMQ looks
 * for Bouncy Castle's provider by a name in a string, and would register it for the whole JVM; that
 * does not count, for nothing of ours uses a registered provider, and without it start-up is faster
 * and the JDK's own algorithms stay in charge.
 */
final class Reachable {

    /** How the descriptor of a field or a method names a class. */
    private static final Pattern DESCRIBED = Pattern.compile("L([\\w$/]+)[;<]");

    private final Set<String> roots;

    private Reachable(Set<String> roots) {
        this.roots = roots;
    }

    static Reachable from(Collection<Jar> jars) {
        var names = new HashSet<String>();
        for (var jar : jars) {
            jar.files().entrySet().stream()
                    .filter(file -> file.getKey().endsWith(".class"))
                    .forEach(file -> names.addAll(named(file.getValue())));
        }
        return new Reachable(names);
    }

    /** The jar with only the classes that can be reached, and its licence. */
    Jar partOf(Jar jar) {
        var kept = new TreeMap<String, byte[]>();
        var open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            var file = open.remove() + ".class";
            var bytes = jar.files().get(file);
            if (bytes != null && kept.put(file, bytes) == null) {
                open.addAll(named(bytes));
            }
        }
        jar.files()
                .forEach(
                        (name, bytes) -> {
                            if (name.contains("LICENSE")) {
                                kept.put(name, bytes);
                            }
                        });
        return jar.with(kept);
    }

    private static Set<String> named(byte[] bytes) {
        var names = new HashSet<String>();
        for (var entry : ClassFile.of().parse(bytes).constantPool()) {
            switch (entry) {
                case ClassEntry type -> names.add(type.asInternalName());
                case Utf8Entry text ->
                        DESCRIBED
                                .matcher(text.stringValue())
                                .results()
                                .forEach(match -> names.add(match.group(1)));
                default -> {}
            }
        }
        return names;
    }
}
