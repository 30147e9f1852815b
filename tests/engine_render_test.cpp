// The two halves together: what render prints, followed by the engine, on every version that its
// spec names.

#include <fmt/core.h>

#include <filesystem>
#include <string>

#include "files.hpp"
#include "outcome_table.hpp"
#include "rendered.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

/// The outcomes of a needed connection, or of the generic client's, each once; the test client that
/// stands outside of the mesh on purpose is left out.
std::string outcomes(const lint::TracedRing& ring, std::string_view name) {
  std::string all;
  for (const auto& each : ring.connections) {
    if (each.name != name || each.from.find("noistio") != std::string::npos) continue;
    for (const auto& outcome : each.outcomes) {
      const auto word = to_string(outcome.outcome);
      if (all.find(word) == std::string::npos)
        all += fmt::format("{}{}", all.empty() ? "" : " ", word);
    }
  }
  return all;
}

void check_all(const std::string& text, std::string_view outcome) {
  const Rendered rendered(text);
  REQUIRE(rendered.manifest);
  const auto istio = rendered.header("Istio: ");
  const auto ring = traced({rendered.manifest->text()}, istio.empty() ? "1.0.." : istio);
  for (const auto* name : {"gossip", "bootstrap", "cql"}) {
    INFO(name << " on " << istio);
    CHECK(outcomes(ring, name) == outcome);
  }
}

}  // namespace

TEST_CASE("what render prints with strict mTLS speaks mTLS on every version of its spec") {
  int strict = 0;
  for (const auto& entry : fs::directory_iterator(source_folder() / "examples")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto text = files::read_file(entry.path());
    INFO(entry.path().filename());
    if (text.find("mtls: strict") != std::string::npos) {
      check_all(text, "mtls");
      ++strict;
    }
    if (text.find("mode: none") != std::string::npos) check_all(text, "plaintext");
  }
  CHECK(strict >= 5);
}

TEST_CASE("so it does for each image, and each way to listen that a range allows") {
  for (const auto* image :
       {"gcr.io/google-samples/cassandra:v13", "cassandra:4.0.11", "cassandra:4.1.8",
        "cassandra:5.0.2", "cassandra:3.11.17", "bitnami/cassandra:5.0.2"}) {
    for (const auto* mesh :
         {"istio: 1.10.., mtls: strict", "istio: 1.5..1.9, mtls: strict",
          "istio: 1.5.., mtls: strict", "istio: 1.21.., mode: ambient, mtls: strict"}) {
      INFO(image << " " << mesh);
      check_all(fmt::format("image: {}\nmesh: {{{}}}\n", image, mesh), "mtls");
    }
    INFO(image);
    check_all(fmt::format("image: {}\nmesh: {{mode: none}}\n", image), "plaintext");
  }
}
