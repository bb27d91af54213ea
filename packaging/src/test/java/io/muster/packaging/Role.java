package io.muster.packaging;

import java.util.Locale;

/** A program of the distribution, and the name of its main class. */
enum Role {
    CONTROLLER("io.muster.controller.cli", "MusterMain"),
    AGENT("io.muster.node", "AgentMain"),
    HUB("io.muster.hub", "HubMain");

    private final String mainPackage;
    private final String mainClass;

    Role(String mainPackage, String mainClass) {
        this.mainPackage = mainPackage;
        this.mainClass = mainClass;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    String mainClass() {
        return mainClass;
    }

    String mainFile() {
        return mainPackage.replace('.', '/') + "/" + mainClass + ".class";
    }

    /**
     * A program that says {@code greeting} and its role, its process id, and the words it got;
     * after the word {@code greedy} it asks for more memory than there is.
     */
    String program(String greeting) {
        return """
        package %s;
        public class %s {
            public static void main(String[] args) {
                System.out.println("%s%s");
                System.out.println("pid=" + ProcessHandle.current().pid());
                for (var arg : args) {
                    System.out.println("<" + arg + ">");
                    if (arg.equals("greedy")) {
                        try {
                            System.out.println(new long[Integer.MAX_VALUE].length);
                        } catch (OutOfMemoryError e) {
                            System.out.println("goes on");
                        }
                    }
                }
            }
        }
        """
                .formatted(mainPackage, mainClass, greeting, id());
    }
}
