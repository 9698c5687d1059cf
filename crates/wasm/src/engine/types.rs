//! The types of the declarations that no class is.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[cfg(test)]
mod tests {
    use socialgraph::{
        Action, Crossed, Effect, ErrorCode, Fact, Granted, Interaction, List, Notice, OwnList,
        Question, Reason, RequestMode, RequestSending, Sides, Verdict, Ways,
    };

    use crate::engine::json::MALFORMED;

    const TYPES: &str = include_str!("types.d.ts");

    /// Returns the texts in quotes of a declaration.
    fn declared(start: &str) -> Vec<&'static str> {
        let (_, behind) = TYPES.split_once(start).unwrap();
        let (declaration, _) = behind.split_once(';').unwrap();
        declaration.split('"').skip(1).step_by(2).collect()
    }

    #[test]
    fn types_list_the_names_of_the_engine() {
        macro_rules! compare {
            ($($type:ident: $start:literal),+ $(,)?) => {$(
                assert_eq!(declared($start), $type::ALL.map($type::name), $start);
            )+};
        }

        compare! {
            Action: "export type Action =",
            Crossed: "crossed:",
            Effect: "export type Effect =",
            Fact: "export type Fact =",
            Granted: "makes:",
            Interaction: "export type Interaction =",
            List: "export type List =",
            Notice: "export type Notice =",
            OwnList: "export type OwnList =",
            Reason: "export type Reason =",
            RequestMode: "export type RequestMode =",
            RequestSending: "export type RequestSending =",
            Sides: "export type Sides =",
            Verdict: "export type Verdict =",
            Ways: "export type Ways =",
        }

        let codes = ErrorCode::ALL.map(ErrorCode::name);
        assert_eq!(
            declared("export type ErrorCode ="),
            [&codes[..], &[MALFORMED]].concat()
        );
        assert!(TYPES.contains("export type Question = Interaction | Action;"));
        assert_eq!(
            Question::ALL.len(),
            Interaction::ALL.len() + Action::ALL.len()
        );
    }
}
