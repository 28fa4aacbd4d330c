#include "api/explain.h"

#include <cctype>
#include <ostream>

#include "api/code_words.h"
#include "base/strings.h"
#include "cli/session.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

std::string describe(const api::CodeWords& words) {
  return api::to_string(words.code) + "   " + std::string(words.title) + "\n\n" + std::string(words.meaning) + "\n" +
         std::string(words.remedy) + "\n";
}

api::Json to_json(const api::CodeWords& words) {
  return {{"code", api::to_string(words.code)},
          {"title", words.title},
          {"meaning", words.meaning},
          {"remedy", words.remedy}};
}

bool is_code(std::string_view word) {
  return std::isdigit(static_cast<unsigned char>(word.front())) != 0 ||
         (word.size() > 3 && to_lower(word.substr(0, 3)) == "wft" &&
          std::isdigit(static_cast<unsigned char>(word[3])) != 0);
}

Outcome explain_code(Session& session, const std::string& word, Format format) {
  const auto words = api::find_code_words(word);
  if (!words) return stop(Exit::usage, "there is no code \"" + word + "\"", "weft validate -f FILE");
  session.screen.out << (format == Format::table ? describe(*words) : print(to_json(*words), format));
  return Exit::ok;
}

// Needs no mesh: the tables are part of this program.
Outcome run_explain(Session& session) {
  const std::string& word = session.call.operands.front();
  const auto format = format_of(session.call.value_or("output", "table"));
  if (word.empty()) return stop(Exit::usage, "a kind, a field or a code is due", "weft explain --help");
  if (is_code(word)) return explain_code(session, word, format);
  const auto text = api::explain(word);
  if (!text) return stop(Exit::usage, text.error().detail, "weft explain --help");
  session.screen.out << (format == Format::table ? *text : print(api::Json{{"path", word}, {"text", *text}}, format));
  return Exit::ok;
}

}  // namespace

Command explain_command() {
  return {.name = "explain",
          .group = "config",
          .summary = "Tell what a field means, or an error's code",
          .details =
              "KIND.FIELD.FIELD shows the field's type, default, values and whether it is in force, and what is "
              "below it; the first part is\na kind by any of its names, or meshconfig. CODE is what an error or "
              "warning ends with. Works without a running mesh.",
          .operands = {.usage = "KIND[.FIELD...] | CODE", .min = 1, .max = 1},
          .flags = {table_output_flag()},
          .examples = {{"a field", "weft explain virtualservice.spec.http.retries"},
                       {"a setting of the mesh", "weft explain meshconfig.outboundTrafficPolicy"},
                       {"a code", "weft explain WFT1017"}},
          .run = run_explain};
}

}  // namespace weft::cli
