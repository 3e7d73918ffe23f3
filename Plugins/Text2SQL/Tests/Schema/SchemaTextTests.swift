import Foundation
import Testing

@testable import Text2SQL

/// The schema as the model reads it, and as `schema_hash` hashes it.
@Suite struct SchemaTextTests {
    private func schema(_ script: String) throws -> String {
        let workspace = try Workspace()
        try workspace.database("d", script)
        var catalog = SchemaCatalog(folder: workspace.folder.path)
        return try catalog.text(of: "d")
    }

    @Test func tablesStandInTheOrderOfTheirNamesWithKeys() throws {
        #expect(
            try schema(Workspace.towns) == """
                country(code TEXT PRIMARY KEY, name TEXT)
                town(id INTEGER PRIMARY KEY, name TEXT, size REAL, country TEXT REFERENCES country(code), flag BLOB)
                """)
    }

    @Test func whiteSpaceCommentsQuotesAndCaseOfTheDDLMakeNoDifference() throws {
        let plain = """
            CREATE TABLE a(id INTEGER PRIMARY KEY, price DECIMAL(10,2), name VARCHAR(20) NOT NULL);
            CREATE TABLE b(a_id INTEGER REFERENCES a(id));
            """
        let noisy = """
            create table "b" ( -- links
              `a_id`   integer /* of a */ ,
              foreign key ("a_id") references [a] ("id") ) ;
            create table "a"(
              id integer,
              price decimal ( 10 , /* two */ 2 ),
              name
                varchar (20) not null, primary key (id));
            """
        #expect(try schema(plain) == schema(noisy))
        #expect(
            try schema(plain) == """
                a(id INTEGER PRIMARY KEY, price DECIMAL(10,2), name VARCHAR(20))
                b(a_id INTEGER REFERENCES a(id))
                """)
    }

    @Test func keysOfSeveralColumnsStandAtTheEnd() throws {
        let script = """
            CREATE TABLE a(x INTEGER, y INTEGER, PRIMARY KEY (y, x));
            CREATE TABLE b(p INTEGER, q INTEGER, FOREIGN KEY (p, q) REFERENCES a(y, x), FOREIGN KEY (q) REFERENCES c);
            CREATE TABLE c(id INTEGER PRIMARY KEY);
            """
        #expect(
            try schema(script) == """
                a(x INTEGER, y INTEGER, PRIMARY KEY(y, x))
                b(p INTEGER, q INTEGER REFERENCES c(id), FOREIGN KEY(p, q) REFERENCES a(y, x))
                c(id INTEGER PRIMARY KEY)
                """)
    }

    @Test func namesAreQuotedOnlyWhereSQLiteNeedsIt() throws {
        let script =
            #"CREATE TABLE "order"("group" TEXT, "key" TEXT, "a b" TEXT, "1st" TEXT, "größe" TEXT, "x""y" TEXT)"#
        #expect(
            try schema(script)
                == #""order"("group" TEXT, key TEXT, "a b" TEXT, "1st" TEXT, größe TEXT, "x""y" TEXT)"#)
    }

    @Test(arguments: [
        "select", "values", "left", "no", "desc", "current_date", "rank", "year", "match", "plan", "end", "table",
        "index",
        "default", "check", "key", "date", "right", "natural", "exists", "glob", "row", "temp", "view", "isnull", "do",
    ])
    func aNameIsQuotedExactlyIfTheParserNeedsIt(name: String) throws {
        let statements = "CREATE TABLE \(name)(\(name) TEXT); SELECT \(name), \(name).\(name) FROM \(name)"
        #expect(Grammar().isBareName(name) == Workspace.accepts(statements))
    }

    @Test(arguments: ["", "1st", "$a", "a b", "a-b", "a.b", "a\"b", "a\u{0}b"])
    func aNameOfOtherCharactersIsQuoted(name: String) {
        #expect(!Grammar().isBareName(name))
    }

    @Test func viewsGeneratedColumnsAndColumnsWithoutTypeAreThere() throws {
        let script = """
            CREATE TABLE t(a, b INTEGER GENERATED ALWAYS AS (a * 2));
            CREATE VIEW v AS SELECT a, b AS twice FROM t;
            CREATE INDEX i ON t(a);
            """
        #expect(try schema(script) == "t(a, b INTEGER)\nview v(a, twice INTEGER)")
    }

    @Test func aDatabaseWithoutTablesHasAnEmptySchema() throws {
        #expect(try schema("CREATE TABLE t(a); DROP TABLE t") == "")
    }

    @Test(.enabled(if: SharedData.isPresent, SharedData.missing))
    func everySchemaOfTheSampleDataIsSQLThatMakesTheSameSchema() throws {
        var catalog = SchemaCatalog(folder: SharedData.databases)
        for id in Set(try SharedData.tasks().map(\.db_id)).sorted() {
            let text = try catalog.text(of: id)
            #expect(!text.isEmpty)
            let script = text.split(separator: "\n").map { "CREATE TABLE \($0);" }.joined()
            #expect(try schema(script) == text, "\(id)")
        }
    }
}
