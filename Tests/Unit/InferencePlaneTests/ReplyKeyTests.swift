import Blocking
import DataPlane
import Foundation
import Testing

@testable import InferencePlane

struct ReplyKeyTests {
    private let path = packageRoot + "/Docs/specs/identity-vectors.json"

    private func vectors() throws -> [JSONValue] {
        let json = try JSONParser().parse(String(contentsOfFile: path, encoding: .utf8))
        return try #require(json["reply_keys"]?.array)
    }

    @Test func goldenVectors() throws {
        let parser = JSONParser()
        let vectors = try vectors()
        #expect(vectors.count >= 2)
        for vector in vectors {
            func text(_ name: String) throws -> String { try #require(vector[name]?.string) }
            let parameters = try parser.parse(text("decode"))
            let request = CompletionRequest(
                role: "r", messages: try parser.parse(text("messages")),
                decode: DecodeProfile(name: "d", candidates: 1, parameters: parameters),
                constraints: try parser.parse(text("constraints")),
                trace: .init(runID: "", node: "", sampleID: "", shard: 0))
            let key = ReplyKey(
                providerID: try text("provider_id"), model: try text("model"), revision: try text("revision"),
                question: CanonicalQuestion(request), candidate: Int(try #require(vector["candidate"]?.int)),
                round: Int(try #require(vector["round"]?.int)))
            #expect(key.hexadecimal == vector["reply_key"]?.string)
            #expect(ReplyKey(hexadecimal: key.hexadecimal) == key)
        }
    }

    @Test(.blocking) func pythonGivesTheSameKeys() throws {
        let script = """
            import hashlib, json, sys
            for v in json.load(open(sys.argv[1], encoding="utf-8"))["reply_keys"]:
                h = hashlib.sha256(b"fastdistill.reply.v1\\n")
                for f in ("provider_id", "model", "revision", "messages", "constraints", "decode", "candidate", "round"):
                    b = str(v[f]).encode()
                    h.update(len(b).to_bytes(8, "little") + b)
                print(h.hexdigest())
            """
        let lines = try python(script, path).split(separator: "\n").map(String.init)
        #expect(try lines == vectors().compactMap { $0["reply_key"]?.string })
    }

    @Test func stopCountsAsAConstraintAndNNotAtAll() {
        let question = CanonicalQuestion(
            question(
                "a", parameters: ["temperature": 0, "n": 4, "stop": [";"], "max_tokens": 5],
                constraints: ["json_schema": ["b": 1, "a": 2]]))
        #expect(question.decode == #"{"max_tokens":5,"temperature":0}"#)
        #expect(question.constraints == #"{"json_schema":{"a":2,"b":1},"stop":[";"]}"#)
    }

    @Test(arguments: ["", "00", String(repeating: "g", count: 64), String(repeating: "A", count: 64)])
    func whatIsNoKey(text: String) {
        #expect(ReplyKey(hexadecimal: text) == nil)
    }

    @Test(.blocking) func assignmentsAreThoseOfPlainPython() throws {
        let script = """
            import hashlib
            def order(role, sample, weights):
                h = hashlib.sha256(b"fastdistill.assign.v1\\n")
                for f in (role, sample):
                    b = f.encode()
                    h.update(len(b).to_bytes(8, "little") + b)
                d = h.digest()
                left = [i for i, w in enumerate(weights) if w > 0]
                out = []
                for k in range(4):
                    if not left: break
                    place = int.from_bytes(d[8 * k:8 * k + 8], "little") % sum(weights[i] for i in left)
                    for i in left:
                        if place < weights[i]: break
                        place -= weights[i]
                    left.remove(i)
                    out.append(i)
                return out + left + [i for i, w in enumerate(weights) if w == 0]
            for s in range(200):
                print(order("teacher", f"sample-{s}", [3, 0, 1, 2]), order("judge", str(s), [1] * 6))
            """
        let swift = (0..<200).map { sample in
            let first = Assignment.order(role: "teacher", sampleID: "sample-\(sample)", weights: [3, 0, 1, 2])
            let second = Assignment.order(role: "judge", sampleID: "\(sample)", weights: [1, 1, 1, 1, 1, 1])
            return "\(first) \(second)"
        }
        #expect(try python(script).split(separator: "\n").map(String.init) == swift)
    }

    @Test func assignmentsFollowTheWeights() {
        let firsts = (0..<4000).map { Assignment.order(role: "t", sampleID: "\($0)", weights: [3, 1]).first }
        // 3000 expected, standard deviation 27; the hash is fixed, so this cannot change from run to run.
        #expect((2900...3100).contains(firsts.count { $0 == 0 }))
    }
}
