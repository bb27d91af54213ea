package io.muster.trust;

import io.muster.action.ActionClass;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.Identity;
import io.muster.message.Role;

import java.util.Locale;
import java.util.regex.Pattern;

/** What a lock keeps from working. */
public sealed interface LockTarget {

    /** Everything that asks for a change is refused; looking goes on. */
    record Everything() implements LockTarget {
        @Override
        public String text() {
            return "all";
        }
    }

    /**
     * An operator or a node: nothing it asks for is done, and the hub does not let it connect.
     *
     * @param role of whom
     * @param name its name
     */
    record Somebody(Role role, String name) implements LockTarget {
        public Somebody {
            if (role != Role.OPERATOR && role != Role.NODE) {
                throw new IllegalArgumentException(
                        "only operators and nodes can be locked: no lock on the hub could be"
                                + " released through it");
            }
            // The fleet's name does not matter for the form of the other name.
            var _ = new Identity("any", role, name);
        }

        @Override
        public String text() {
            return role.word() + "/" + name;
        }
    }

    /**
     * One certificate, and so one key: the other keys of its holder go on working.
     *
     * @param keyid as envelopes name it: half of the certificate's SHA-256, in hexadecimal
     */
    record Key(String keyid) implements LockTarget {
        private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

        public Key {
            if (!FORM.matcher(keyid).matches()) {
                throw new IllegalArgumentException(
                        "not the first 32 digits of a certificate's SHA-256: "
                                + Escape.quoted(keyid));
            }
        }

        @Override
        public String text() {
            return "key:" + keyid;
        }
    }

    /**
     * Actions by name.
     *
     * @param pattern a name, or {@code family.*}
     */
    record Actions(String pattern) implements LockTarget {
        public Actions {
            var _ = new ActionName(pattern.replaceFirst("\\.\\*$", ".any"));
        }

        boolean covers(ActionName action) {
            return pattern.endsWith("*")
                    ? action.value().startsWith(pattern.substring(0, pattern.length() - 1))
                    : action.value().equals(pattern);
        }

        @Override
        public String text() {
            return "action:" + pattern;
        }
    }

    /** Actions by class. */
    record OfClass(ActionClass actionClass) implements LockTarget {
        public OfClass {
            if (actionClass == ActionClass.READ) {
                throw new IllegalArgumentException(
                        "looking cannot be locked as a class: lock who looks, or an action");
            }
        }

        @Override
        public String text() {
            return "class:" + actionClass.word();
        }
    }

    /** The form in documents: {@code operator/bob}, {@code key:..}, {@code action:..}, ... */
    String text();

    /**
     * Reads that form.
     *
     * @throws IllegalArgumentException saying what it may be
     */
    static LockTarget parse(String text) {
        if (text.equals("all")) {
            return new Everything();
        }
        var colon = text.indexOf(':');
        var slash = text.indexOf('/');
        var rest = text.substring(Math.max(colon, slash) + 1);
        if (colon > 0 && slash < 0) {
            switch (text.substring(0, colon)) {
                case "key" -> {
                    return new Key(rest);
                }
                case "action" -> {
                    return new Actions(rest);
                }
                case "class" -> {
                    return new OfClass(ActionClass.parse(rest));
                }
                default -> {
                    // Neither: said below.
                }
            }
        }
        if (slash > 0 && colon < 0) {
            for (var role : Role.values()) {
                if (text.substring(0, slash).equals(role.word())) {
                    return new Somebody(role, rest);
                }
            }
        }
        throw new IllegalArgumentException(
                "cannot be locked: "
                        + Escape.quoted(text)
                        + "; what can be: operator/NAME, node/ID, key:ID, action:NAME,"
                        + " action:FAMILY.*, class:"
                        + ActionClass.CHANGE.name().toLowerCase(Locale.ROOT)
                        + ", class:destructive, all");
    }
}
