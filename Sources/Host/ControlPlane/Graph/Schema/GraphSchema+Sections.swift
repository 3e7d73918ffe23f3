import DataPlane

/// What comes after the data: training, serving, evaluation.
extension GraphSchema {
    private static func words(_ description: String) -> JSONValue {
        described(
            description,
            [("type", "array"), ("minItems", 1), ("items", ["type": ["string", "number", "boolean"]])])
    }

    static var train: JSONValue {
        var schema = object(
            "How a student is made of the kept samples.", required: ["student", "answer"],
            [
                ("student", text("The model that is trained: a folder of transformers or a GGUF file.")),
                ("prompt", text("The messages it is asked; by default those the teacher is asked.", base: column)),
                ("answer", text("The text it shall learn to answer.", base: column)),
                ("validation_share", described("Share of the samples for validation.", number(0, 1).object ?? [])),
                ("seed", integer("Of the training.", 0, Int64(UInt32.max))),
                ("max_tokens", integer("Longer samples are cut.", 1, 10_000_000)),
                (
                    "trl",
                    object(
                        "Trains with TRL.",
                        [
                            ("python", text("The interpreter that has TRL; by default python3.")),
                            (
                                "options",
                                map("Arguments of TRL's own.", of: ["type": ["string", "number", "boolean"]])
                            ),
                        ])
                ),
                (
                    "command",
                    object(
                        "Trains with any program; {student}, {export}, {output} and {seed} stand for paths and the seed.",
                        required: ["run", "outputs"],
                        [
                            ("run", words("The command line.")), ("resume", words("Added to go on from {checkpoint}.")),
                            ("checkpoints", text("The folder with checkpoint-N/trainer_state.json.")),
                            ("log", text("A regular expression with the groups loss, step and tokens.")),
                            ("counts", text("Which tokens it counts.")),
                            ("python", text("The Python of the packages; by default the program of run.")),
                            (
                                "packages",
                                described(
                                    "What that Python has to have; their versions are recorded.",
                                    [("type", "array"), ("items", ["type": "string", "minLength": 1])])
                            ),
                            (
                                "outputs",
                                map("What has to be there in the end; one is called model.", of: text("A path."))
                            ),
                        ])
                ),
            ])
        if case .object(let members) = schema {
            schema = .object(members + [("oneOf", [["required": ["trl"]], ["required": ["command"]]])])
        }
        return schema
    }

    private static var column: JSONValue { text("A column.", pattern: "^[^.]+(\\.[^.]+)*$") }

    static var serve: JSONValue {
        object(
            "A server for a model of this machine; {model} and {port} stand for its path and a free port.",
            required: ["command", "url"],
            [
                ("command", words("The command line.")), ("url", text("Its OpenAI-compatible base URL.")),
                ("ready", text("Answers with 200 once it is ready; by default the URL's /models.")),
                ("deadline", described("For being ready.", reference("duration").object ?? [])),
            ])
    }

    private static var pairs: JSONValue {
        object(
            "How a judge compares the answers of each model with those of one of them.",
            required: ["graph", "columns", "score"],
            [
                ("graph", text("The graph over pairs; its source stands for the pairs of the evaluation.")),
                (
                    "columns",
                    map("What it can read: as NAME the model's column, as other_NAME the reference's.", of: column)
                ),
                ("score", text("Its column with 1, 0.5, 0 or null.", base: column)),
                (
                    "reference",
                    described(
                        "Whose answers the others are compared with; by default baseline.",
                        [("enum", .array(EvaluateSection.roles.map { .string($0) }))])
                ),
            ])
    }

    static var evaluate: JSONValue {
        let model = object(
            "A model that answers the test rows.",
            [
                ("provider", text("Who answers, of the evaluation graph's providers.")),
                ("role", text("The role whose providers answer.")),
                ("graph", text("A graph of its own, where its prompt differs.")),
                ("serve", text("What is served for it: trained, untrained, previous, or a path.")),
                ("name", text("What records call it.")),
            ])
        return object(
            "Which models answer the test rows, and what says whether they are right.",
            required: ["graph", "verdict", "models"],
            [
                ("graph", text("The graph over the test rows.")),
                ("role", text("The role that it asks; by default student.")),
                ("verdict", text("The column with ok, wrong or undecidable.", base: column)),
                ("executable", text("The column with ok or true where an answer could be executed.", base: column)),
                ("feedback", text("A file of judged pairs.")), ("pairs", pairs),
                (
                    "models",
                    object(
                        "By what they are to the evaluation.", required: ["student"],
                        [
                            ("student", model), ("baseline", model), ("teacher", model),
                            ("previous", ["anyOf": [["const": "registry"], model]]),
                        ])
                ),
            ])
    }
}
