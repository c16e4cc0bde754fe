rule "r" { doc = 1, reads = { "nn", 5, "n", "n" }, args = { 1, t = {} }, check = 5 }
rule "r" {}
rule "s"
