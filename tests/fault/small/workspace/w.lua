rule "w" { reads = { "y" }, check = function(x) return x.y > 3 end }
