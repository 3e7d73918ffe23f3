#include "Math/answer.hpp"

#include "Math/characters.hpp"
#include "Math/plain_text.hpp"
#include "Math/thoughts.hpp"

namespace mathword {

namespace {

/// As it is handed out: without the signs of boxes, and each gap a single space.
std::string finished(std::string_view text) {
    std::string out;
    for (char byte : undecorated(text)) {
        if (byte == box_start || byte == box_end) continue;
        const bool is_gap = is_space(byte);
        if (!is_gap || (!out.empty() && out.back() != ' ')) out += is_gap ? ' ' : byte;
    }
    return std::string(undecorated(out));
}

}  // namespace

const char *name(Form form) {
    switch (form) {
        case Form::marker: return "marker";
        case Form::boxed: return "boxed";
        case Form::phrase: return "phrase";
        case Form::last_number: break;
    }
    return "last_number";
}

const char *name(Answer::Status status) {
    switch (status) {
        case Answer::Status::ok: return "ok";
        case Answer::Status::empty: return "empty";
        case Answer::Status::no_answer: return "no_answer";
        case Answer::Status::truncated: break;
    }
    return "truncated";
}

Answer find_answer(std::string_view reply) {
    Answer answer;
    const Spoken spoken = without_thoughts(reply);
    const std::string text = plain_text(spoken.text);
    if (spoken.is_cut_off) {
        answer.status = Answer::Status::truncated;
        return answer;
    }
    if (trimmed(text).empty()) {
        answer.status = Answer::Status::empty;
        return answer;
    }
    const Boxes boxes = find_boxes(text);
    std::optional<Statement> last = last_marker(text);
    for (const auto &other : {last_phrase(text), boxes.last}) {
        if (other && (!last || other->start >= last->start)) last = other;
    }
    if (!last && boxes.is_cut_off) {
        answer.status = Answer::Status::truncated;
        return answer;
    }
    if (!last) last = last_number(text);
    if (!last) return answer;
    answer.status = Answer::Status::ok;
    answer.form = last->form;
    answer.text = finished(last->text);
    return answer;
}

std::string stated_answer(std::string_view text) {
    const std::string plain = plain_text(text);
    std::string_view said = plain;
    if (const std::size_t at = plain.rfind(marker); at != plain.npos) {
        said = trimmed(said.substr(at + marker.size()));
        said = said.substr(0, said.find('\n'));
    } else if (const auto box = find_boxes(plain).last) {
        said = box->text;
    }
    return finished(result_of(said));
}

}  // namespace mathword
