package io.raftctl.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// A Java file as the tidy rules see it: its path from the project's root, its text, its tree.
record SourceFile(String path, String text, CompilationUnitTree tree, Trees trees) {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /// Parses a file's text; names need not resolve.
  static SourceFile of(String path, String text) {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    StringWriter complaints = new StringWriter();
    JavacTask task =
        (JavacTask)
            COMPILER.getTask(complaints, null, null, List.of("-proc:none"), null, List.of(file));
    try {
      CompilationUnitTree tree = task.parse().iterator().next();
      return new SourceFile(path, text, tree, Trees.instance(task));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isTest() {
    return path.startsWith("src/test/");
  }

  List<String> lines() {
    return text.lines().toList();
  }

  long lineOf(long position) {
    return tree.getLineMap().getLineNumber(position);
  }
}
