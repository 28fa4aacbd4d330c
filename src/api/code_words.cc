#include "api/code_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace weft::api {
namespace {

constexpr CodeWords kWords[] = {
    {Code::syntax, "The text is no YAML",
     "The file could not be read as YAML (or JSON) at this place. The mistake is often a line above: a quote or "
     "bracket "
     "that is not closed, a tab, or an indentation that does not fit.",
     "Mend the line under the mark. Nothing of a file with such an error is applied."},
    {Code::duplicate_key, "A key stands twice in one map",
     "YAML wants each key once; which of the two would count differs between readers.",
     "Remove one, or make one list or map of both."},
    {Code::too_large, "A size limit is passed",
     "An object, a file, or what aliases make of it is larger than Weft takes (an object: 1.5 MiB, as in Kubernetes' "
     "store).",
     "Split the object, or move large texts out of it."},
    {Code::too_deep, "Maps and lists are nested too deep",
     "No field of any kind lies that deep; the limit keeps hostile files from exhausting the reader.",
     "Look for a missing line end or an indentation that went wrong."},
    {Code::bad_alias, "An alias names no anchor",
     "*NAME refers to an &NAME further up in the same document, and there is none.",
     "Define the anchor before it is used, or write the value out."},
    {Code::unreadable, "The file can't be read", "It can't be opened, or it is not UTF-8.",
     "Check its name and permissions; save it as UTF-8."},
    {Code::unknown_kind, "No such kind", "apiVersion and kind together name nothing that Weft serves.",
     "The message lists what is near. docs/reference/resources.md has every kind with its versions."},
    {Code::bad_metadata, "A name, namespace, label or annotation is not acceptable",
     "Kubernetes' rules hold: names are DNS names in lower case, labels have at most 63 characters.",
     "Write it as the message says."},
    {Code::unknown_field, "No such field",
     "The kind has no field of this name at this place. Kubernetes would drop it silently; here it is an error in "
     "files, "
     "since a misspelt field means that something you rely on is not there.",
     "Take the spelling that the message suggests; `weft explain KIND.PATH` lists the fields there are."},
    {Code::wrong_type, "The value has another type",
     "A list stands where a map is due, a number where a text is due, and so on.",
     "Numbers and words like yes, no, on and off need quotes where a text is due."},
    {Code::bad_value, "The value is not acceptable",
     "It has the right type, but breaks a rule of its field: not among the choices, not a host, not an address.",
     "The message says what is; `weft explain KIND.PATH` tells more of the field."},
    {Code::required, "Something that must be set is not",
     "Without this field the object has no meaning, or Istio refuses it.", "Set it."},
    {Code::bad_duration, "Not a duration",
     "Durations are a number and a unit (30s, 1.5s, 100ms, 1h30m), of whole milliseconds, and at least one.",
     "Write it so."},
    {Code::out_of_range, "A number is out of its range", "It is below or above what its field takes.",
     "Choose one within the limits in the message."},
    {Code::conflicting_fields, "Fields exclude each other",
     "Each may be set, but not both, or not together with what else is there.", "Keep the one that you mean."},
    {Code::unknown_subset, "No such subset",
     "A route names a subset that no DestinationRule of its host defines. Requests by it would be answered with 503 "
     "NC.",
     "Add the subset to the DestinationRule, or mend its name in the route."},
    {Code::unknown_host, "No such host",
     "A route or rule names a host that no Service and no ServiceEntry has. Short names are completed by the namespace "
     "of "
     "the object that names them.",
     "Write NAME.NAMESPACE.svc.cluster.local, or add a ServiceEntry for a host outside of the mesh."},
    {Code::duplicate_object, "The same object stands twice in the files",
     "Which of the two would hold depends on the order of the files.", "Remove one."},
    {Code::legacy_spelling, "An old spelling", "The field is taken as what it used to mean, and kept.",
     "The message has today's spelling."},
    {Code::not_in_force, "Accepted, not yet in force",
     "The field is read, checked, stored and printed, but nothing acts on it so far.",
     "Don't rely on it. docs/reference/resources.md says of every field whether it is in force."},
    {Code::unused_field, "Kept, but nothing acts on it",
     "On Kubernetes this field would change what happens; on local pods it has nothing to act on.",
     "Nothing, if you can do without it here."},
    {Code::unreachable_rule, "A rule that no request reaches",
     "An earlier rule of the same list takes everything that this one would: the first match wins.",
     "Put the narrower rule first."},
    {Code::duplicate_match, "A match that is there already",
     "An earlier match of the list is the same, so this one never counts.",
     "Remove it, or mend the condition that was meant to differ."},
    {Code::conflicting_hosts, "Two VirtualServices for one host",
     "In the mesh one VirtualService holds for a host, the oldest; at gateways their routes are put together in order "
     "of "
     "age.",
     "Make one object of both, or delegate from one to the others."},
    {Code::conflicting_servers, "Servers that get in each other's way",
     "Two servers of Gateways for the same pods want one port with different protocols, names or TLS.",
     "Give one of them another port or other hosts."},
    {Code::unknown_gateway, "No such Gateway",
     "A VirtualService names a Gateway that does not exist. NAME is looked for in the VirtualService's namespace, "
     "NAMESPACE/NAME where it says.",
     "Mend the name, or create the Gateway."},
    {Code::host_not_in_gateway, "The Gateway serves none of the hosts",
     "None of the VirtualService's hosts is among those of the servers of a Gateway that it names, so nothing comes of "
     "it "
     "there.",
     "Add the host to a server of the Gateway (hosts may be limited to namespaces: NAMESPACE/HOST)."},
    {Code::no_workload, "Selects no pod",
     "No pod has all the labels of the selector, so the object holds for nobody yet.",
     "Compare with `weft get pods --show-labels`."},
    {Code::port_not_on_service, "No Service has the port",
     "A server of a Gateway listens on a port that no Service of its pods has, so no client gets there.",
     "Add the port to the Service."},
    {Code::odd_weights, "Weights don't add up to 100", "They are read as shares of their sum.",
     "Nothing, if that is what you mean."},
    {Code::conflicting_protocols, "Different protocols for one host and port",
     "ServiceEntries say different things of the same port; one proxy can have one of them only.",
     "Say the same in all of them."},
    {Code::conflicting_sidecars, "Several Sidecars for the same workloads",
     "One holds for a workload: the oldest that selects it.", "Make one of them, or narrow the selectors."},
    {Code::conflicting_policies, "Several policies for the same workloads",
     "Of policies of this kind and width one holds: the oldest.", "Make one of them, or narrow the selectors."},
    {Code::widened_rule, "Refuses more than it says",
     "What the rule asks about can't be told for all its traffic (HTTP fields on TCP ports, say), and a DENY rule "
     "takes "
     "what it can't tell for a match.",
     "Limit the rule to ports where it can be told."},
    {Code::holds_in_part, "In force, but not everywhere",
     "Weft does something here that Istio does not, such as sharing connections between sidecars, and the field does "
     "not "
     "hold for that.",
     "The message names what it leaves out."},
    {Code::outside_mesh, "The namespace does not belong to the mesh",
     "MeshConfig's discoverySelectors do not take it, so the object counts for nothing.",
     "Label the namespace as the selectors ask, or change them."},
};

}  // namespace

std::span<const CodeWords> all_code_words() {
  return kWords;
}

std::optional<CodeWords> find_code_words(std::string_view text) {
  const std::string wanted = to_lower(text);
  for (const CodeWords& words : kWords) {
    const std::string code = to_lower(to_string(words.code));
    if (wanted == code || "wft" + wanted == code) return words;
  }
  return std::nullopt;
}

std::string codes_page() {
  std::string page =
      "# Codes\n\nWhat `weft validate`, `weft apply` and the API say of objects ends with a code; `weft explain CODE` "
      "tells "
      "more of it, also without a mesh.\n\n| code | what it is | what it means | what to do |\n| --- | --- | --- | --- "
      "|\n";
  for (const CodeWords& words : kWords) {
    page += fmt::format("| {} | {} | {} | {} |\n", to_string(words.code), words.title, words.meaning, words.remedy);
  }
  return page;
}

}  // namespace weft::api
