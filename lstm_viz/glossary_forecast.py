"""Terms of forecasting and its checks: name | label | meaning, for the glossary."""

FORECAST_TERMS = """
preset | Way to forecast | All settings of a way at once: the recipe that was best in measurement, one network alone, or
    the loop of most tutorials.
members | Networks | How many networks are trained and averaged: each starts and ends a little differently, and their
    mean is steadier than any of them.
origins | Back-test origins | At how many moments of the past the whole recipe is tried on what was known then; the
    held-out part is the newest.
validation | Validation share | Share of the rows before the held-out part that do not teach, but tell which epoch is
    best and when patience ends. 0 lets all of them teach, which is better for short series.
scope | Series to forecast | What becomes of the other series of the file.
forecast_one | This one | The others are left alone.
forecast_each | Each alone | Every series is learned and forecast by networks of its own, one after the other.
forecast_global | All together | One global model learns all series and forecasts each. A few numbers of its own, an
    embedding, tell the network which series it reads. Short series gain most from that.
strategy | Strategy | Whether the network answers the whole horizon at once, or one step that it reads again as input
    for the next.
forecast_direct | Direct | The network answers the whole horizon at once.
recursive | Recursive | The network answers one step, reads it as if it had happened, and answers the next.
shrink | Shrink to the level | Draw the networks' answer towards the level of the series, as far as a rehearsal on older
    rows advises.
fill | Gaps are read as | What the network reads where a value is missing. A gap never counts as a target.
mask | Missing | The network reads a zero and a second number that says whether a value was there.
interpolate | A straight line | The network reads a straight line between the values around the gap.
carry | The value before | The network reads the last known value again.
forecast_scale | Scale | Whether logarithms are taken first, so that swings that grow with the level become even.
auto | As the data say | Decided by the series.
log | Logarithm | Logarithms are taken first.
linear | As it is | The values are taken as they are.
season | Season | Whether the season is taken off before the network reads, and put back on its answer; recent seasons
    count more. The season of a day becomes that of a week where days differ.
always | Always take off | The season is taken off whether or not it is significant.
none | None | Nothing is taken off.
level | Told relative to | What every window is told relative to, so that one network serves all heights of the series.
smoothed | Smoothed level | A running mean that forgets exponentially; how fast, is fitted to the horizon.
last | Last | The newest one.
loss | Loss | What training makes small.
mse | Squared error | The mean of the squared errors: large errors count most.
huber | Huber | Squared for small errors, absolute for large ones, so that outliers count less.
keep | Weights kept | Which epoch's weights are kept.
best | Best | The epoch with the lowest validation loss, or training loss where nothing validates.
one_cycle | One cycle | The learning rate rises for 30% of the updates and then falls to nearly nothing.
auto_ets | AutoETS | Exponential smoothing with trend and season, its form chosen by the data (Hyndman & Khandakar
    2008): the classical method to beat.
train_loss | Training loss | On the windows that teach, on average over the epoch while the weights moved.
validation_loss | Validation loss | The same error on later windows that do not teach, after the epoch.
remaining | Left at most | Time to the last planned epoch at the present pace; back-test and forecast follow.
coverage | Coverage | How much of what happened lay inside the intervals that were told before. Good intervals cover
    what they promise.
backtest | Back-test | The whole recipe tried at several moments of the past, each time knowing only what was known
    then.
features | Further columns | Other columns of the file that may help to forecast: a holiday, a price, the weather.
known | Known in advance | Columns whose future is known when the forecast is made, such as holidays or a planned price:
    what they add is measured and put into the forecast. Their future stands in rows at the end of the file with the
    target left blank.
past | Known of the past only | Columns whose future nobody knows, such as the weather: the networks read them beside
    the series, up to its last value.
effect | Further columns | What the columns known in advance add, found from how changes of them and changes of the
    series go together; below three standard errors it counts as chance and is left out.
shrinkage | Part of the networks | How much of the networks' answer counts in the forecast; the rest is the level alone.
interval | Prediction interval | Where the value will lie with the chance that is named.
step_error | Error per step ahead | How far forecasts were off on average one step ahead, two steps ahead and so on,
    over all origins.
best_rival | Best rival | The method with the least mean absolute error among the simple rules and AutoETS.
autocorrelation | Autocorrelation | How alike errors are that lie so many steps apart: 1 the same, 0 nothing to do with
    each other, −1 the opposite.
residual | Error of one step | What happened less what had been forecast one step ahead.
importance | What mattered | How much the forecast moves when one value that was read is 1 higher, all that was learnt
    held still: the exact slope.
learning_curve | Learning curve | The error on the held-out part when the same recipe learns from the newest eighth,
    quarter and half of the rows, and from all. Where it still falls at the end, more history would help. One held-out
    part is a small sample: a small step may be chance.
makeup | What it is built of | The forecast as a sum, or on a logarithmic scale a product, of the level, the season,
    what columns known in advance add, and what the networks add.
"""
