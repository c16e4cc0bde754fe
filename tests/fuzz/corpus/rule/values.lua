rule "r" {
  doc = "each kind", reads = { "n", "r", "s", "d", "b", "t" }, args = { need = 5, word = "a", on = true },
  check = function(x, a)
    if x.r == nil then return no_data("r is missing", 0.5) end
    return met(x.s .. x.d .. tostring(x.b) .. x.t .. x:text("n") .. x:low("n"), a.need)
  end,
  score = function(x, a) return a.need / x:high("n") end,
}
