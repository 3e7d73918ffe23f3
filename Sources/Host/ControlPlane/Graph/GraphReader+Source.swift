import DataPlane

extension GraphReader {
    mutating func readSource(_ top: ConfigReader.Map) {
        guard let node = top["source"] else {
            graph.isSourceComplete = false
            return missing("source", in: top, "'source'", "it says where rows come from")
        }
        let source = reader.map(
            node, "'source'", keys: ["files", "format", "columns", "task_id", "row_id", "split", "license"])
        guard case .mapping = node.content else {
            graph.isSourceComplete = false
            return
        }
        let files = sourceFiles(source)
        let format = sourceFormat(source)
        let columns = sourceColumns(source, format)
        graph.source = SourceDescription(
            files: files, format: format ?? .jsonl, columns: columns, taskID: taskID(source) ?? .constant(""),
            rowID: rowID(source), splitColumn: splitColumn(source, columns),
            license: reader.string(source["license"], "'license' of 'source'"))
    }

    private func sourceFiles(_ source: ConfigReader.Map) -> [SourceDescription.File] {
        guard let node = source["files"] else {
            missing("files", in: source, "'files' of 'source'", "it lists the files with rows")
            return []
        }
        let elements = reader.list(node, "'files' of 'source'")
        if case .sequence = node.content, elements.isEmpty {
            reader.note("'files' of 'source' lists no file", at: node)
        }
        var files: [SourceDescription.File] = []
        for element in elements {
            for file in sourceFiles(element) {
                if files.contains(where: { $0.path == file.path }) {
                    reader.note(
                        "the source file \(quoted(file.name)) stands twice; its rows would all be duplicates",
                        at: element)
                }
                files.append(file)
            }
        }
        return files
    }

    /// The file of an element of `files`, or those that it is a pattern for.
    private func sourceFiles(_ element: YAMLNode) -> [SourceDescription.File] {
        guard let text = element.text, isPattern(text), PathKind(absolutePath(text, in: folder)) == nil else {
            guard let path = readPath(element, "the source file"), let name = element.text else { return [] }
            return [SourceDescription.File(name: name, path: path.value)]
        }
        let paths = DataPlane.files(matching: text, in: folder)
        if paths.isEmpty {
            reader.note(
                "\(quoted(text)) of 'files' matches no file (looked for \(absolutePath(text, in: folder)))", at: element
            )
        }
        // Named as the pattern is: from the folder of the graph, or from the root.
        let start = text.utf8.first == UInt8(ascii: "/") ? 0 : absolutePath("", in: folder).utf8.count + 1
        return paths.map { path in
            SourceDescription.File(name: String(decoding: path.utf8.dropFirst(start), as: UTF8.self), path: path)
        }
    }

    private func sourceFormat(_ source: ConfigReader.Map) -> SourceDescription.Format? {
        let names = SourceDescription.Format.allCases.map(\.rawValue)
        if let node = source["format"] {
            return reader.choice(node, "'format' of 'source'", among: names).flatMap(SourceDescription.Format.init)
        }
        guard case .sequence(let elements)? = source["files"]?.content, let first = elements.first,
            let name = first.text
        else {
            return nil
        }
        let ending = name.split(separator: ".", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        if let format = SourceDescription.Format(rawValue: ending) { return format }
        reader.note(
            "the ending of \(quoted(name)) does not say the format; add 'format' with one of \(names.joined(separator: ", "))",
            at: first)
        return nil
    }

    private mutating func sourceColumns(
        _ source: ConfigReader.Map, _ format: SourceDescription.Format?
    ) -> [SourceDescription.Column] {
        guard let node = source["columns"] else {
            graph.isSourceComplete = false
            missing("columns", in: source, "'columns' of 'source'", "it maps names to types")
            return []
        }
        let members = reader.map(node, "'columns' of 'source'", keys: nil).members
        if members.isEmpty {
            graph.isSourceComplete = false
            if case .mapping = node.content { reader.note("'columns' of 'source' names no column", at: node) }
        }
        var columns: [SourceDescription.Column] = []
        for (key, value) in members {
            let name = key.text ?? ""
            if let complaint = columnNameComplaint(name) {
                graph.isSourceComplete = false
                reader.note(complaint, at: key)
            } else if let column = sourceColumn(name, value) {
                columns.append(column)
                if let format, format != .parquet, column.field.type.holdsBinary {
                    reader.note("the source column '\(name)' is binary, which only parquet files can hold", at: value)
                }
            } else {
                graph.isSourceComplete = false
            }
        }
        return columns
    }

    private func columnNameComplaint(_ name: String) -> String? {
        if HostColumns.names.contains(name) {
            return "the source column '\(name)' has the name of a host column; call it something else"
        }
        if name == "source" { return "a source column cannot be called 'source': that is what 'from' calls the source" }
        if name.isEmpty || name.contains(".") {
            return "the source column \(quoted(name)) needs a name without dots: in paths they stand before fields"
        }
        return nil
    }

    private func sourceColumn(_ name: String, _ value: YAMLNode) -> SourceDescription.Column? {
        guard case .mapping = value.content else {
            return fieldType(name, value).map { SourceDescription.Column($0) }
        }
        let map = reader.map(value, "source column '\(name)'", keys: ["type", "gold"])
        let isGold = reader.bool(map["gold"], "'gold' of source column '\(name)'") ?? false
        guard let type = map["type"] else {
            missing("type", in: map, "'type' of source column '\(name)'")
            return nil
        }
        return fieldType(name, type).map { SourceDescription.Column($0, isGold: isGold) }
    }

    private func fieldType(_ name: String, _ node: YAMLNode) -> Field? {
        guard var text = reader.string(node, "the type of source column '\(name)'") else { return nil }
        let isNullable = text.last == "?"
        if isNullable { text.removeLast() }
        do {
            return Field(name, try DataType(parsing: text), nullable: isNullable)
        } catch {
            reader.note("the type of source column '\(name)': \(error.message)", at: node)
            return nil
        }
    }

    private func taskID(_ source: ConfigReader.Map) -> SourceDescription.TaskID? {
        guard let node = source["task_id"] else {
            missing(
                "task_id", in: source, "'task_id' of 'source'", "write a constant such as questions, or {column: NAME}")
            return nil
        }
        guard case .mapping = node.content else {
            guard let text = reader.string(node, "'task_id' of 'source'") else { return nil }
            if text.isEmpty { reader.note("'task_id' of 'source' is empty; it names the task", at: node) }
            return .constant(text)
        }
        return columnName(node, "'task_id' of 'source'").map { .column($0) }
    }

    private func rowID(_ source: ConfigReader.Map) -> String? {
        source["row_id"].flatMap { columnName($0, "'row_id' of 'source'") }
    }

    /// A source column whose values are few and can be named.
    private func splitColumn(_ source: ConfigReader.Map, _ columns: [SourceDescription.Column]) -> String? {
        guard let node = source["split"], let name = columnName(node, "'split' of 'source'"),
            case .mapping(let members) = node.content
        else { return nil }
        let place = members.first { $0.key.text == "column" }?.value
        guard let column = columns.first(where: { $0.field.name == name }) else {
            if graph.isSourceComplete {
                reader.note(
                    "'split' of 'source' names \(quoted(name)), which is none of its columns; "
                        + ConfigReader.suggestion(for: name, among: columns.map(\.field.name)), at: place)
            }
            return nil
        }
        guard [.utf8, .int64, .bool].contains(column.field.type) else {
            reader.note(
                "the column '\(name)' is \(column.field.type); the name of a split is utf8, int64 or bool", at: place)
            return nil
        }
        return name
    }

    /// `{column: NAME}`.
    private func columnName(_ node: YAMLNode, _ what: String) -> String? {
        let map = reader.map(node, what, keys: ["column"])
        guard case .mapping = node.content else { return nil }
        return requiredString(map, "column", "'column' of \(what)")
    }
}
