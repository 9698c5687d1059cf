//! Joins modules of JavaScript to one script: a page from the disk cannot load others.

use std::path::Path;

use crate::{Failure, files};

/// Returns a module with all that it imports. Each stands behind those that it imports, in a
/// function of its own, so that two modules can use a name for different things.
///
/// An import is a statement `import { a, b } from "./file.js";` that begins a line. An export is a
/// declaration of a function or a constant that begins a line behind `export `.
pub(super) fn joined(folder: &Path, entry: &str) -> Result<String, Failure> {
    let mut modules = Modules {
        folder,
        begun: Vec::new(),
        done: Vec::new(),
        text: "const modules = {};\n".to_owned(),
    };
    modules.add(entry)?;
    Ok(modules.text)
}

/// The statements that are joined.
const IMPORT: &str = "`import { … } from \"./file.js\";` without `as`";
const EXPORT: &str = "`export function`, `export async function` or `export const`";

/// Returns the error of a statement that cannot be joined.
fn refused(module: &str, joined: &str, statement: &str) -> Failure {
    format!("{module}: only {joined} is joined, not `{statement}`").into()
}

struct Modules<'a> {
    folder: &'a Path,
    /// The modules whose imports are being joined, each imported by the one before it.
    begun: Vec<String>,
    done: Vec<String>,
    text: String,
}

impl Modules<'_> {
    fn add(&mut self, name: &str) -> Result<(), Failure> {
        if self.done.iter().any(|done| done == name) {
            return Ok(());
        }
        if self.begun.iter().any(|begun| begun == name) {
            return Err(format!("{name}: imports itself, by way of {:?}", self.begun).into());
        }
        self.begun.push(name.to_owned());

        let source = files::read_text(&self.folder.join(name))?;
        let mut body = String::new();
        let mut exports = Vec::new();
        for line in statements(&source) {
            if line.starts_with("import ") {
                let (names, file) = import(&line).ok_or_else(|| refused(name, IMPORT, &line))?;
                self.add(file)?;
                body.extend(["const {", names, "} = modules[\"", file, "\"];\n"]);
            } else if let Some(declaration) = line.strip_prefix("export ") {
                let declared = declared(declaration).ok_or_else(|| refused(name, EXPORT, &line))?;
                exports.push(declared.to_owned());
                body.extend([declaration, "\n"]);
            } else {
                body.extend([&line, "\n"]);
            }
        }
        self.text
            .extend(["modules[\"", name, "\"] = (() => {\n", &body]);
        self.text
            .extend(["return { ", &exports.join(", "), " };\n})();\n"]);

        self.begun.pop();
        self.done.push(name.to_owned());
        Ok(())
    }
}

/// Returns the lines of a module, with each import on one line.
fn statements(source: &str) -> Vec<String> {
    let mut statements: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in source.lines() {
        match statements.last_mut() {
            Some(import) if is_open => *import += line,
            _ => statements.push(line.to_owned()),
        }
        is_open = (is_open || line.starts_with("import ")) && !line.ends_with(';');
    }
    statements
}

/// Returns the names that a statement imports, and the file.
fn import(statement: &str) -> Option<(&str, &str)> {
    let names = statement.strip_prefix("import {")?;
    let (names, file) = names.split_once("} from \"./")?;
    let file = file.strip_suffix("\";")?;
    (!names.contains(" as ")).then_some((names, file))
}

/// Returns the name that a declaration declares.
fn declared(declaration: &str) -> Option<&str> {
    let starts = ["function ", "async function ", "const "];
    let rest = starts
        .iter()
        .find_map(|start| declaration.strip_prefix(start))?;
    let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))?;
    rest.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::joined;
    use crate::files;

    /// Joins modules by name and text. The first imports the others.
    fn join(modules: &[(&str, &str)]) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in modules {
            files::write(&folder.path().join(name), text).unwrap();
        }
        let joined = joined(folder.path(), modules[0].0);
        joined.map_err(|error| {
            let folder = folder.path().to_string_lossy().into_owned();
            error.to_string().replace(&folder, "")
        })
    }

    #[test]
    fn a_module_stands_behind_those_that_it_imports() {
        let text = join(&[
            (
                "a.js",
                "import { b } from \"./b.js\";\nimport {\n  c,\n} from \"./c.js\";\nb(c);\n",
            ),
            (
                "b.js",
                "import { c } from \"./c.js\";\nexport const b = () => c;\n",
            ),
            (
                "c.js",
                "export async function c() {}\nconst own = \"export \";\n",
            ),
        ]);
        assert_eq!(
            text.unwrap(),
            r#"const modules = {};
modules["c.js"] = (() => {
async function c() {}
const own = "export ";
return { c };
})();
modules["b.js"] = (() => {
const { c } = modules["c.js"];
const b = () => c;
return { b };
})();
modules["a.js"] = (() => {
const { b } = modules["b.js"];
const {  c,} = modules["c.js"];
b(c);
return {  };
})();
"#
        );
    }

    #[test]
    fn what_cannot_be_joined_is_an_error() {
        let error = |text| join(&[("a.js", text)]).unwrap_err();
        assert!(error("import { b } from \"./b.js\";").starts_with("/b.js: No such file"));
        let import = "only `import { … } from \"./file.js\";` without `as` is joined, not";
        let open = format!("a.js: {import} `import {{ b }}b()`");
        assert_eq!(error("import { b }\nb()"), open);
        for statement in [
            "import b from \"./b.js\";",
            "import { b as c } from \"./b.js\";",
            "import * as b from \"./b.js\";",
            "import { b } from 'b';",
        ] {
            assert_eq!(error(statement), format!("a.js: {import} `{statement}`"));
        }
        let export = "only `export function`, `export async function` or `export const` is joined";
        for statement in ["export default b;", "export let b = 1;", "export { b };"] {
            let expected = format!("a.js: {export}, not `{statement}`");
            assert_eq!(error(statement), expected);
        }
        let circle = error("import { b } from \"./a.js\";");
        assert_eq!(circle, "a.js: imports itself, by way of [\"a.js\"]");
    }
}
